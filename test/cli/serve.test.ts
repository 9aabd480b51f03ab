import { chmodSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SesOptions } from "../../sandbox/src/ses/server.js";
import { account } from "../status/ses.js";
import { mailstack } from "./mailstack.js";
import { startServe, TOKEN } from "./serve-process.js";
import { outputsOf } from "./status-stack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();

interface ShownDomain {
  readonly id: string;
  readonly status: string;
}

/** An account, and the server with its addresses and a file of outputs. */
async function setUp(options: Partial<SesOptions> = {}) {
  const services = await account(options);
  const start = (outputs: string, env: Record<string, string> = {}) => {
    workspace.write("outputs.json", outputs);
    const addresses = ["--ses-endpoint", services.ses.url, "--dns-server", services.dns.address];
    return startServe(["--outputs", "outputs.json", ...addresses], { cwd: workspace.path, env });
  };
  return { ...services, start };
}

const PATH = "/v1/domains/id-of-yourdomain.com";

describe("the API's answers", () => {
  it("are those of the old API, field by field and in its order", async () => {
    const { ses, create, start } = await setUp();
    const own = await create("yourdomain.com");
    await ses.settle();
    const { call } = await startAndSettle();
    const response = await call(PATH);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    const dkim = own.slice(0, 3).map(({ name, content }) => ({
      type: "CNAME",
      name,
      value: content,
      ttl: 1800,
      purpose: "DKIM",
    }));
    const expected = {
      id: "id-of-yourdomain.com",
      domain: "yourdomain.com",
      status: "Verified",
      customMailFromDomain: "mail.yourdomain.com",
      dnsRecords: [
        ...dkim,
        {
          type: "MX",
          name: "mail.yourdomain.com",
          value: "10 feedback-smtp.us-east-1.amazonses.com",
          ttl: 1800,
          purpose: "MAIL FROM",
        },
        {
          type: "TXT",
          name: "mail.yourdomain.com",
          value: "v=spf1 include:amazonses.com ~all",
          ttl: 1800,
          purpose: "SPF",
        },
      ],
      createdAt: "2026-06-18T10:00:00Z",
    };
    expect(text).toBe(JSON.stringify(expected));
    expect(await (await call("/v1/domains")).text()).toBe(JSON.stringify([expected]));
    const verify = await call(`${PATH}/verify`, { method: "POST", body: "" });
    expect({ status: verify.status, text: await verify.text() }).toEqual({ status: 200, text });

    async function startAndSettle() {
      return start(outputsOf({ "yourdomain.com": own }));
    }
  });

  it("are anew on POST verify, and the same afterwards on GET", async () => {
    const { ses, records, create, start } = await setUp();
    const own = await create("yourdomain.com", false);
    await ses.settle();
    const { call } = await start(outputsOf({ "yourdomain.com": own }));
    const status = async (path: string, method = "GET"): Promise<string> =>
      ((await (await call(path, { method })).json()) as ShownDomain).status;
    expect(await status(PATH)).toBe("Pending");
    records.push(...own);
    await ses.settle();
    expect(await status(PATH)).toBe("Pending");
    expect(await status(`${PATH}/verify`, "POST")).toBe("Verified");
    expect(await status(PATH)).toBe("Verified");
  });

  it("need few calls of SES: an answer serves for a while", async () => {
    const { ses, create, start } = await setUp();
    const own = await create("yourdomain.com");
    await ses.settle();
    const { call } = await start(outputsOf({ "yourdomain.com": own }));
    expect(await (await call(PATH)).json()).toMatchObject({ status: "Verified" });
    ses.faults.add({ kind: "drop", operation: "*EmailIdentit*", times: "forever" });
    expect(await (await call(PATH)).json()).toMatchObject({ status: "Verified" });
    expect(await (await call("/v1/domains")).json()).toMatchObject([{ status: "Verified" }]);
  });

  it("tell of a domain that SES has given up on", async () => {
    const { ses, create, start } = await setUp({ giveUpAfterMs: 0 });
    const own = await create("yourdomain.com", false);
    await ses.settle();
    await ses.settle();
    const { call } = await start(outputsOf({ "yourdomain.com": own }, "Verified"));
    expect(await (await call(PATH)).json()).toMatchObject({ status: "Failed" });
  });

  it.each([
    ["no permission", { kind: "deny" }, "these credentials are not allowed to call ses:GetEmailIdentity"],
    ["throttling", { kind: "throttle" }, "SES throttled the check in us-east-1"],
    ["lost connections", { kind: "drop" }, "could not be checked: "],
  ] as const)("fall back to the stack outputs under %s", async (_, fault, reason) => {
    const { ses, create, start } = await setUp();
    const own = await create("yourdomain.com", false);
    await ses.settle();
    ses.faults.add({ ...fault, operation: "*EmailIdentit*", times: "forever" });
    const server = await start(outputsOf({ "yourdomain.com": own }, "Verified"));
    for (const [path, method] of [
      [PATH, "GET"],
      [`${PATH}/verify`, "POST"],
    ]) {
      const response = await server.call(path!, { method: method! });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status: "Verified" });
    }
    expect(server.stderr()).toContain(reason);
    expect(server.stderr().trim().split("\n")).toHaveLength(1);
  });

  it("do without credentials for AWS", async () => {
    const { start } = await setUp();
    const { call } = await start(outputsOf({ "yourdomain.com": [] }, "Verified"), {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect(await (await call(PATH)).json()).toMatchObject({ status: "Verified" });
  });
});

describe("changes of the stack outputs", () => {
  it("are noticed, and a file that can't be read leaves the last ones in force", async () => {
    const { create, start } = await setUp();
    const first = { "a.yourdomain.com": await create("a.yourdomain.com") };
    const both = { ...first, "b.yourdomain.com": await create("b.yourdomain.com") };
    const server = await start(outputsOf(first));
    const ids = async () =>
      ((await (await server.call("/v1/domains")).json()) as ShownDomain[]).map(({ id }) => id);
    expect(await ids()).toEqual(["id-of-a.yourdomain.com"]);
    workspace.write("outputs.json", outputsOf(both));
    expect(await ids()).toEqual(["id-of-a.yourdomain.com", "id-of-b.yourdomain.com"]);
    workspace.write("outputs.json", '{"domains": {');
    expect(await ids()).toEqual(["id-of-a.yourdomain.com", "id-of-b.yourdomain.com"]);
    expect(server.stderr()).toContain("outputs.json is not JSON");
    workspace.write("outputs.json", outputsOf({}));
    expect(await ids()).toEqual([]);
    expect((await server.call("/v1/domains/id-of-a.yourdomain.com")).status).toBe(404);
  });

  it("are asked of the pulumi command on POST verify, which does not get the token", async () => {
    const { ses, dns, create } = await setUp();
    const own = await create("yourdomain.com");
    await ses.settle();
    workspace.write("Pulumi.yaml", "name: test\nruntime: nodejs\n");
    workspace.write("bin/pulumi", '#!/bin/sh\nenv > seen.env\necho "$*" >> asked.txt\ncat answer.json\n');
    chmodSync(`${workspace.path}/bin/pulumi`, 0o755);
    workspace.write("answer.json", "{}");
    const { call } = await startServe(
      ["--stack", "prod", "--ses-endpoint", ses.url, "--dns-server", dns.address],
      {
        cwd: workspace.path,
        env: { PATH: `${workspace.path}/bin:${process.env["PATH"]}` },
      },
    );
    expect(await (await call("/v1/domains")).json()).toEqual([]);
    workspace.write("answer.json", outputsOf({ "yourdomain.com": own }));
    expect(await (await call(`${PATH}/verify`, { method: "POST" })).json()).toMatchObject({
      status: "Verified",
    });
    const { readFileSync } = await import("node:fs");
    // The configuration, with the services' addresses, is asked for once, beside the outputs.
    expect(readFileSync(`${workspace.path}/asked.txt`, "utf8").trim().split("\n").sort()).toEqual([
      "config --json --non-interactive --stack prod",
      ...Array<string>(2).fill("stack output --json --non-interactive --stack prod"),
    ]);
    expect(readFileSync(`${workspace.path}/seen.env`, "utf8")).not.toContain(TOKEN);
  });
});

describe("what a pull request does here", () => {
  it("answers 405 and names the file", async () => {
    const { start } = await setUp();
    workspace.write("domains/xn--bcher-kva.de.yml", "domain: bücher.de\n");
    const { call } = await start(outputsOf({ "yourdomain.com": [], "xn--bcher-kva.de": [] }));
    const refused = async (path: string, method: string, body?: string) => {
      const response = await call(path, { method, ...(body !== undefined && { body }) });
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      return { status: response.status, allow: response.headers.get("allow"), ...error };
    };
    const expected = { status: 405, allow: "GET, HEAD", code: "method-not-allowed" };
    expect(await refused(PATH, "DELETE")).toEqual({
      ...expected,
      message: "to remove the domain, delete domains/yourdomain.com.yaml and run pulumi up",
    });
    expect((await refused("/v1/domains/id-of-xn--bcher-kva.de", "DELETE")).message).toContain(
      "delete domains/xn--bcher-kva.de.yml and",
    );
    expect(await refused("/v1/domains", "POST", '{ "domain": "NEW.example.com" }')).toEqual({
      ...expected,
      message:
        "to add the domain, write domains/new.example.com.yaml with mailstack add new.example.com and run pulumi up",
    });
    for (const body of ["", "{", "null", "[]", '{"domain":7}', '{"domain":"../../etc/passwd"}']) {
      expect((await refused("/v1/domains", "POST", body)).message).toContain("domains/<domain>.yaml");
    }
    expect(await refused("/v1/domains", "PUT")).toMatchObject(expected);
    expect(await refused("/v1/domains", "OPTIONS")).toMatchObject(expected);
    expect(await refused(PATH, "PATCH")).toMatchObject(expected);
    expect(await refused(`${PATH}/verify`, "GET")).toMatchObject({ ...expected, allow: "POST" });
    expect((await call("/v1/domains/unknown", { method: "DELETE" })).status).toBe(404);
  });
});

describe("the process", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends with exit code 0 on %s, idle connections or not",
    async (signal) => {
      const { start } = await setUp();
      const server = await start(outputsOf({}));
      expect((await server.call("/v1/domains")).status).toBe(200);
      expect(await server.stop(signal)).toBe(0);
      expect(server.stdout()).toBe(`{"url":"${server.url}"}\n`);
      expect(server.stderr()).toBe("");
    },
  );

  it("answers what is under way before it ends", async () => {
    const { ses, create, start } = await setUp();
    const own = await create("yourdomain.com");
    await ses.settle();
    const server = await start(outputsOf({ "yourdomain.com": own }));
    ses.faults.add({ kind: "delay", delayMs: 500, operation: "GetEmailIdentity" });
    const answer = server.call(`${PATH}/verify`, { method: "POST" });
    await expect.poll(() => ses.faults.list().length).toBe(0);
    expect(await server.stop()).toBe(0);
    const response = await answer;
    expect(response.headers.get("connection")).toBe("close");
    expect(await response.json()).toMatchObject({ status: "Verified" });
  });

  it.each([
    ["", "MAILSTACK_API_TOKEN is not set"],
    ["short", "shorter than 16 characters"],
    ["with spaces in a long token", "contains characters that are not allowed in a bearer token"],
  ])("does not start with the token %j", async (token, message) => {
    workspace.write("outputs.json", "{}");
    const result = await mailstack(["serve", "--json", "--outputs", "outputs.json"], {
      cwd: workspace.path,
      env: { MAILSTACK_API_TOKEN: token },
    });
    expect(result).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(result.stdout)).toMatchObject({
      ok: false,
      error: { code: "no-token", message: expect.stringContaining(message) as string },
    });
  });

  it("says which port is taken, and that the outputs can't be read", async () => {
    const { start } = await setUp();
    const { url } = await start(outputsOf({}));
    const { port } = new URL(url);
    const options = { cwd: workspace.path, env: { MAILSTACK_API_TOKEN: TOKEN } };
    const taken = await mailstack(["serve", "--port", port, "--outputs", "outputs.json"], options);
    expect(taken).toMatchObject({ code: 2, stdout: "" });
    expect(taken.stderr).toContain(`port ${port} can't be used: EADDRINUSE`);
    const missing = await mailstack(["serve", "--outputs", "missing.json"], options);
    expect(missing).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toContain("missing.json can't be read");
    expect((await mailstack(["serve", "--port", "70000"], options)).stderr).toContain(
      "a port from 0 to 65535",
    );
  });
});
