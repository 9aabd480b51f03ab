import { APIConnectionError } from "cloudflare";
import { describe, expect, it } from "vitest";
import { startCloudflare } from "../../../sandbox/src/cloudflare/server.js";
import { RateLimiter } from "../../../sandbox/src/cloudflare/rate-limit.js";
import { clientFor, expectError, setUp, tempDir } from "./helpers.js";

const authorized = { authorization: "Bearer token" };

async function raw(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

const failure = (code: number) => ({
  success: false,
  result: null,
  messages: [],
  errors: [{ code, message: expect.any(String) }],
});

describe("the envelope", () => {
  it("wraps results, and every answer carries a cf-ray", async () => {
    const { server, zoneId } = await setUp();
    const { status, headers, body } = await raw(`${server.url}/zones/${zoneId}`, { headers: authorized });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("application/json");
    expect(headers.get("cf-ray")).toMatch(/^[0-9a-f]{16}-[A-Z]{3}$/);
    expect(body).toEqual({
      success: true,
      errors: [],
      messages: [],
      result: expect.objectContaining({ id: zoneId }),
    });
  });

  it.each([
    ["GET", "/nowhere", undefined, 404, 7000],
    ["GET", "/zones/not-an-id", undefined, 404, 7003],
    ["GET", `/zones/${"0".repeat(32)}`, undefined, 404, 1001],
    ["GET", `/zones/${"0".repeat(32)}/dns_records`, undefined, 404, 1001],
    ["PATCH", "/zones", "{}", 405, 7001],
    ["POST", "/user/tokens/verify", "{}", 405, 7001],
    ["POST", "/zones", "{", 400, 9207],
    ["POST", "/zones", "[]", 400, 9207],
    ["POST", "/zones", '"text"', 400, 9207],
  ])("%s %s with body %s is answered %d with code %d", async (method, path, body, status, code) => {
    const { server } = await setUp();
    const answer = await raw(server.url + path, {
      method,
      headers: authorized,
      ...(body !== undefined && { body }),
    });
    expect(answer).toMatchObject({ status, body: failure(code) });
  });

  it("says which methods there are", async () => {
    const { server } = await setUp();
    const answer = await raw(`${server.url}/zones`, { method: "DELETE", headers: authorized });
    expect(answer.headers.get("allow")).toBe("GET, POST");
  });

  it("knows nothing outside /client/v4", async () => {
    const { server } = await setUp();
    const answer = await raw(new URL("/", server.url).href, { headers: authorized });
    expect(answer).toMatchObject({ status: 404, body: failure(7000) });
  });
});

describe("credentials", () => {
  it.each([
    ["none", {}, 400, 9106],
    ["no bearer", { authorization: "Basic dTpw" }, 400, 6003],
    ["an empty token", { authorization: "Bearer " }, 400, 6003],
    ["an invalid token", { authorization: "Bearer invalid" }, 403, 9109],
  ])("%s", async (_what, headers: Record<string, string>, status, code) => {
    const { server } = await setUp();
    expect(await raw(`${server.url}/zones`, { headers })).toMatchObject({ status, body: failure(code) });
  });

  it("verifies a token", async () => {
    const { server, client } = await setUp();
    expect(await client.user.tokens.verify()).toMatchObject({
      status: "active",
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    await expectError(clientFor(server.url, "invalid").user.tokens.verify(), 401, 1000);
    const [account] = (await client.accounts.list()).result;
    expect(account).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it("takes the global key with an e-mail address", async () => {
    const { server } = await setUp();
    const headers = { "x-auth-key": "key", "x-auth-email": "a@example.com" };
    expect(await raw(`${server.url}/zones`, { headers })).toMatchObject({ status: 200 });
  });

  it("lets a read-only token read, and nothing else", async () => {
    const { server, zoneId } = await setUp();
    const reader = clientFor(server.url, "read-only");
    expect((await reader.dns.records.list({ zone_id: zoneId })).result).toEqual([]);
    const record = { zone_id: zoneId, type: "TXT" as const, name: "a", content: '"x"', ttl: 1 };
    await expectError(reader.dns.records.create(record), 403, 10000);
    await expectError(reader.zones.delete({ zone_id: zoneId }), 403, 10000);
    await expectError(reader.dns.settings.zone.edit({ zone_id: zoneId, ns_ttl: 300 }), 403, 10000);
  });
});

describe("the rate limit", () => {
  it("blocks for five minutes after 1,200 requests in five minutes", () => {
    let now = 1_000_000;
    const limiter = new RateLimiter(() => now);
    for (let i = 1; i <= 1200; i++)
      expect(limiter.take()).toMatchObject({ allowed: true, remaining: 1200 - i });
    now += 100_000;
    expect(limiter.take()).toEqual({ allowed: false, remaining: 0, resetSeconds: 300 });
    now += 299_999;
    expect(limiter.take()).toMatchObject({ allowed: false, resetSeconds: 1 });
    now += 1;
    expect(limiter.take()).toMatchObject({ allowed: true, remaining: 1199 });
  });

  it("starts a new window when the old one is over", () => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    for (let i = 0; i < 1000; i++) limiter.take();
    now = 300_000;
    expect(limiter.take()).toMatchObject({ allowed: true, remaining: 1199 });
  });

  it("answers 429 with code 10100 and retry-after", async () => {
    const { server, client } = await setUp({ limits: true });
    const first = await client.user.tokens.verify().asResponse();
    expect(first.headers.get("x-ratelimit-limit")).toBe("1200");
    const left = Number(first.headers.get("x-ratelimit-remaining"));
    const spend = async () =>
      void (await fetch(`${server.url}/zones`, { headers: authorized })).arrayBuffer();
    for (let i = 0; i < left; i += 50)
      await Promise.all(Array.from({ length: Math.min(50, left - i) }, spend));
    const error = await expectError(client.zones.list(), 429, 10100);
    expect(Number(error.headers?.get("retry-after"))).toBe(300);
    expect(error.headers?.get("x-ratelimit-remaining")).toBe("0");
  });

  it("is off unless asked for", async () => {
    const { client } = await setUp();
    const response = await client.user.tokens.verify().asResponse();
    expect(response.headers.has("x-ratelimit-limit")).toBe(false);
  });
});

describe("faults", () => {
  const record = (zoneId: string) => ({
    zone_id: zoneId,
    type: "TXT" as const,
    name: "a.example.com",
    content: '"x"',
    ttl: 1,
  });

  it.each([
    [{ kind: "throttle" }, 429, 10100],
    [{ kind: "error" }, 500, 10013],
    [{ kind: "error", status: 400, code: 81058, message: "An identical record already exists." }, 400, 81058],
    [{ kind: "deny" }, 403, 10000],
  ] as const)("%j, set over HTTP, with the work not done", async (rule, status, code) => {
    const { server, client, zoneId } = await setUp();
    const operation = "POST /zones/*/dns_records";
    const control = new URL("/_sandbox/faults", server.url);
    const body = JSON.stringify({ service: "cloudflare", operation, match: "a.example.com", ...rule });
    expect((await fetch(control, { method: "POST", body })).status).toBe(201);
    await client.dns.records.create({ ...record(zoneId), name: "b.example.com" });
    await expectError(client.dns.records.create(record(zoneId)), status, code);
    expect((await client.dns.records.list({ zone_id: zoneId })).result).toHaveLength(1);
    await client.dns.records.create(record(zoneId));
  });

  it.each([
    ["drop", 0],
    ["drop-after", 1],
  ] as const)("%s: the connection is lost", async (kind, made) => {
    const { server, client, zoneId } = await setUp();
    server.faults.add({ service: "cloudflare", kind, operation: "POST /zones/*/dns_records" });
    await expect(client.dns.records.create(record(zoneId))).rejects.toBeInstanceOf(APIConnectionError);
    expect((await client.dns.records.list({ zone_id: zoneId })).result).toHaveLength(made);
  });

  it("delay", async () => {
    const { server, client } = await setUp();
    server.faults.add({ kind: "delay", delayMs: 150 });
    const start = performance.now();
    await client.zones.list();
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it("finds a record by the name it has, not only by the one that is sent", async () => {
    const { server, client, zoneId } = await setUp();
    const { id } = await client.dns.records.create(record(zoneId));
    server.faults.add({ service: "cloudflare", kind: "error", match: "a.example.com" });
    await expectError(client.dns.records.delete(id, { zone_id: zoneId }), 500, 10013);
  });
});

it("says that its port is taken, and frees it on close", async () => {
  const { server } = await setUp();
  const port = Number(new URL(server.url).port);
  const dir = await tempDir();
  await expect(startCloudflare({ dir, zones: [], port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await server.close();
  const again = await startCloudflare({ dir, zones: [], port });
  await again.close();
});
