import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Handlers } from "../../src/api/answer.js";
import { startApi } from "../../src/api/server.js";
import { stackDomain } from "./domains.js";

const TOKEN = "ms_live_0123456789abcdef";
const AUTHORIZATION = `Bearer ${TOKEN}`;

/** A server of one domain. */
async function start(domains: Partial<Handlers["domains"]> = {}) {
  const only = stackDomain("yourdomain.com", "Verified");
  const find = (id: string) => Promise.resolve(id === only.id ? only : undefined);
  const failures: unknown[] = [];
  const server = await startApi({
    token: TOKEN,
    port: 0,
    domains: { list: () => Promise.resolve([only]), show: find, verify: find, find, ...domains },
    fileOf: (domain) => `domains/${domain}.yaml`,
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(() => server.close());
  const call = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    fetch(server.url + path, { ...init, headers: { authorization: AUTHORIZATION, ...headers } });
  return { ...server, failures, call };
}

/** Everything that the server says to these bytes until it ends the connection. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let said = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return said;
}

function errorIn(answer: string): { code: string; message: string } {
  return (
    JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { error: { code: string; message: string } }
  ).error;
}

const head = (line: string, ...headers: string[]): string =>
  [line, ...headers, "Connection: close", "", ""].join("\r\n");
const auth = `Authorization: ${AUTHORIZATION}`;

describe("the token", () => {
  it.each([
    ["none", {}, undefined],
    ["another", { authorization: "Bearer ms_live_0123456789abcdee" }, "invalid_token"],
    ["a part of it", { authorization: AUTHORIZATION.slice(0, -1) }, "invalid_token"],
    ["more than it", { authorization: `${AUTHORIZATION}0` }, "invalid_token"],
    ["another scheme", { authorization: `Basic ${TOKEN}` }, undefined],
    ["it twice", { authorization: `${AUTHORIZATION} ${TOKEN}` }, undefined],
    ["it in the query", {}, undefined],
  ])("%s is refused, on every path", async (_, headers, error) => {
    const { url, failures } = await start();
    for (const path of [
      "/v1/domains",
      "/v1/domains/id-of-yourdomain.com",
      "/elsewhere",
      `/v1/domains?access_token=${TOKEN}`,
    ]) {
      const response = await fetch(url + path, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe(
        `Bearer realm="mailstack"${error === undefined ? "" : `, error="${error}"`}`,
      );
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: { code: "unauthorized" } });
      expect(text).not.toContain(TOKEN);
    }
    expect(failures).toEqual([]);
  });

  it("is taken whatever the case of its scheme (RFC 9110 §11.1)", async () => {
    const { call } = await start();
    expect((await call("/v1/domains", { authorization: `bearer  ${TOKEN}` })).status).toBe(200);
  });
});

describe("the Host header", () => {
  const status = (url: string, hosts: string[], target = "/v1/domains") =>
    raw(url, head(`GET ${target} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`), auth));

  it.each([
    ["127.0.0.1", 200],
    ["localhost:1234", 200],
    ["LOCALHOST", 200],
    ["evil.example", 421],
    ["evil.example:8400", 421],
    ["127.0.0.1.evil.example", 421],
    ["localhost.evil.example", 421],
    ["user@127.0.0.1", 421],
    ["0.0.0.0", 421],
    ["[::1]", 421],
    ["", 421],
  ])("%j: %i", async (host, expected) => {
    const { url } = await start();
    expect(await status(url, [host])).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
  });

  it("is needed, and only one (RFC 9112 §3.2)", async () => {
    const { url } = await start();
    for (const hosts of [[], ["127.0.0.1", "127.0.0.1"], ["127.0.0.1", "evil.example"]]) {
      const answer = await status(url, hosts);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(errorIn(answer).code).toBe("bad-host");
    }
  });

  it("is that of the target where that is a whole URL", async () => {
    const { url } = await start();
    expect(await status(url, ["localhost"], "http://127.0.0.1:1/v1/domains")).toMatch(/^HTTP\/1.1 200 /);
    expect(await status(url, ["localhost"], "http://evil.example/v1/domains")).toMatch(/^HTTP\/1.1 421 /);
  });

  it("is looked at before the token", async () => {
    const { url } = await start();
    const answer = await raw(url, head("GET /v1/domains HTTP/1.1", "Host: evil.example"));
    expect(errorIn(answer).code).toBe("wrong-host");
  });
});

describe("paths", () => {
  it.each([
    ["/", 404],
    ["/v1", 404],
    ["/v1/domains/", 404],
    ["/v1/domains/id-of-other.com", 404],
    ["/v1/domains/yourdomain.com", 404],
    ["/v1/domains/__proto__", 404],
    ["/v1/domains/%00", 404],
    ["/v1/domains/..%2f..%2fetc%2fpasswd", 404],
    ["/v1/domains/id-of-yourdomain.com/records", 404],
    ["/v1/domains/id-of-yourdomain.com/verify/again", 404],
    ["/v2/domains", 404],
    ["//v1/domains", 404],
    ["/v1/domains/%", 400],
    ["/v1/domains/%zz", 400],
    ["/v1/domains/%c3%28", 400],
    ["/%E0%A4%A/domains", 400],
    ["/v1/domains?limit=1&cursor=%", 200],
    ["/v1/domains/id%2Dof-yourdomain.com", 200],
    ["/v1/domains/id-of-yourdomain.com?x=/verify", 200],
  ])("%s: %i", async (path, expected) => {
    const { url, failures } = await start();
    const answer = await raw(url, head(`GET ${path} HTTP/1.1`, "Host: localhost", auth));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
    if (expected !== 200) expect(errorIn(answer).message).not.toBe("");
    expect(failures).toEqual([]);
  });

  it("that are none are refused", async () => {
    const { url } = await start();
    for (const target of ["*", "v1/domains", "evil.example:80"]) {
      const answer = await raw(url, head(`OPTIONS ${target} HTTP/1.1`, "Host: localhost", auth));
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
    }
  });
});

describe("methods", () => {
  it("HEAD is GET without the body", async () => {
    const { call } = await start();
    const get = await call("/v1/domains");
    const response = await call("/v1/domains", {}, { method: "HEAD" });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: "" });
    expect(response.headers.get("content-length")).toBe(get.headers.get("content-length"));
    expect((await call("/v1/domains/x", {}, { method: "HEAD" })).status).toBe(404);
  });

  it.each(["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])("%s answers 405 with Allow", async (method) => {
    const { url } = await start();
    const answer = await raw(url, head(`${method} /v1/domains HTTP/1.1`, "Host: localhost", auth));
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer).toMatch(/\r\nallow: GET, HEAD\r\n/);
    expect(errorIn(answer).code).toBe("method-not-allowed");
  });

  it("CONNECT makes no proxy of it", async () => {
    const { url } = await start();
    const answer = await raw(url, "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(errorIn(answer).code).toBe("method-not-allowed");
  });

  it("an upgrade is not taken up", async () => {
    const { url } = await start();
    const headers = ["Host: localhost", auth, "Upgrade: websocket"];
    const answer = await raw(
      url,
      head("GET /v1/domains HTTP/1.1", ...headers).replace("close", "close, Upgrade"),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe("hostile clients", () => {
  it.each([
    ["no HTTP", "\u0016\u0003\u0001\u0002\u0000\r\n\r\n", 400, "bad-request"],
    ["a wrong version", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, "bad-request"],
    ["two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "bad-request"],
    [
      "a length and chunks",
      "POST /v1/domains HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      "bad-request",
    ],
    ["large headers", `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431, "headers-too-large"],
  ])("%s", async (_, text, status, code) => {
    const { url, call } = await start();
    const answer = await raw(url, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/\r\ncontent-type: application\/json\r\n/);
    expect(errorIn(answer).code).toBe(code);
    expect((await call("/v1/domains")).status).toBe(200);
  });

  it("a body that says it is too large is refused before it comes", async () => {
    const { url } = await start();
    const answer = await raw(
      url,
      head("POST /v1/domains HTTP/1.1", "Host: localhost", auth, "Content-Length: 9999999999"),
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(errorIn(answer).code).toBe("too-large");
  });

  it("a body that turns out too large is refused, and what follows on the connection is answered", async () => {
    const { url, failures } = await start();
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const upload = head(
      "POST /v1/domains HTTP/1.1",
      "Host: localhost",
      auth,
      "Transfer-Encoding: chunked",
    ).replace("close", "keep-alive");
    const next = head("GET /v1/domains HTTP/1.1", "Host: localhost", auth);
    const answer = await raw(url, `${upload}${chunk.repeat(3)}0\r\n\r\n${next}`);
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 413", "HTTP/1.1 200"]);
    expect(failures).toEqual([]);
  });

  it("a body that no operation needs does no harm", async () => {
    const { call } = await start();
    const verify = await call(
      "/v1/domains/id-of-yourdomain.com/verify",
      {},
      { method: "POST", body: "\u0000{{" },
    );
    expect(verify.status).toBe(200);
  });

  it("a client that goes away in the middle of its request leaves nothing behind", async () => {
    const { url, call, failures } = await start();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`POST /v1/domains HTTP/1.1\r\nHost: localhost\r\n${auth}\r\nContent-Length: 100\r\n\r\n{`);
    await once(socket, "ready");
    socket.destroy();
    await once(socket, "close");
    expect((await call("/v1/domains")).status).toBe(200);
    expect(failures).toEqual([]);
  });

  it("a client that goes away before the answer leaves nothing behind", async () => {
    let release = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    let reached = (): void => undefined;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    const { call, failures } = await start({
      verify: async () => {
        reached();
        await waiting;
        return stackDomain("yourdomain.com");
      },
    });
    const gone = new AbortController();
    const path = "/v1/domains/id-of-yourdomain.com/verify";
    const answer = call(path, {}, { method: "POST", signal: gone.signal });
    await asked;
    gone.abort();
    await expect(answer).rejects.toThrow();
    release();
    expect((await call("/v1/domains")).status).toBe(200);
    expect(failures).toEqual([]);
  });
});

describe("connections", () => {
  it("are kept for further requests", async () => {
    const { url } = await start();
    const one = `GET /v1/domains HTTP/1.1\r\nHost: localhost\r\n${auth}\r\n\r\n`;
    const answer = await raw(url, one + one + head("GET /nowhere HTTP/1.1", "Host: localhost", auth));
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404"]);
  });

  it("come over 127.0.0.1 alone", async () => {
    const { url } = await start();
    // All of 127.0.0.0/8 is this machine; a server on every address would answer here.
    const elsewhere = request({ host: "127.0.0.2", port: new URL(url).port, path: "/v1/domains" });
    elsewhere.end();
    const [error] = (await once(elsewhere, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
  });
});

it("a failure of its own is a 500 that tells no secrets, and is reported", async () => {
  const { call, failures } = await start({ list: () => Promise.reject(new Error("secret")) });
  const response = await call("/v1/domains");
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ error: { code: "internal" } });
  expect(text).not.toContain("secret");
  expect(failures).toEqual([new Error("secret")]);
});

it("knows no parked domain: it sends nothing that the API could verify", async () => {
  const { customMailFromDomain: _, ...parked } = stackDomain("parked.example", "Parked");
  const { call } = await start({
    list: () => Promise.resolve([stackDomain("yourdomain.com", "Verified"), parked]),
    show: () => Promise.resolve(parked),
  });
  const list = (await (await call("/v1/domains")).json()) as { domain: string }[];
  expect(list.map(({ domain }) => domain)).toEqual(["yourdomain.com"]);
  expect((await call(`/v1/domains/${parked.id}`)).status).toBe(404);
});
