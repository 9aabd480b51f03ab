import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Faults, handleFaultsRequest } from "../../../sandbox/src/faults.js";

describe("Faults", () => {
  it("applies a rule once unless told otherwise, oldest first", () => {
    const faults = new Faults();
    faults.add({ kind: "throttle" });
    faults.add({ kind: "error", times: 2 });
    faults.add({ kind: "deny", times: "forever" });
    const kinds = Array.from({ length: 5 }, () => faults.take({ service: "ses", operation: "X" })?.kind);
    expect(kinds).toEqual(["throttle", "error", "error", "deny", "deny"]);
    expect(faults.list()).toHaveLength(1);
    faults.clear();
    expect(faults.take({ service: "ses", operation: "X" })).toBeUndefined();
  });

  it.each([
    [{ service: "ses" }, { service: "ses", operation: "A" }, true],
    [{ service: "ses" }, { service: "cloudflare", operation: "A" }, false],
    [{ operation: "GetEmailIdentity" }, { service: "ses", operation: "GetEmailIdentity" }, true],
    [{ operation: "GetEmailIdentity" }, { service: "ses", operation: "GetEmailIdentityPolicies" }, false],
    [{ operation: "Get*" }, { service: "ses", operation: "GetEmailIdentityPolicies" }, true],
    [
      { operation: "POST /zones/*/dns_records" },
      { service: "cloudflare", operation: "POST /zones/1f/dns_records" },
      true,
    ],
    [
      { operation: "POST /zones/*/dns_records" },
      { service: "cloudflare", operation: "POST /zones/1f/x/dns_records" },
      false,
    ],
    [{ operation: "a.c" }, { service: "ses", operation: "abc" }, false],
    [{ match: "example" }, { service: "ses", operation: "A", subject: "mail.example.com" }, true],
    [{ match: "example" }, { service: "ses", operation: "A", subject: "mail.test" }, false],
    [{ match: "example" }, { service: "ses", operation: "A" }, false],
  ])("rule %j on %j: %s", (rule, context, expected) => {
    const faults = new Faults();
    faults.add({ kind: "error", ...rule });
    expect(faults.take(context) !== undefined).toBe(expected);
  });

  it("refuses a rule it does not understand", () => {
    const faults = new Faults();
    expect(() => faults.add({ kind: "explode" as never })).toThrow();
    expect(() => faults.add({ kind: "error", status: 200 })).toThrow();
    expect(() => faults.add({ kind: "error", times: 0 })).toThrow();
    expect(faults.list()).toEqual([]);
  });
});

describe("the control endpoint", () => {
  const faults = new Faults();
  let base = "";
  const server = createServer((request, response) => {
    void handleFaultsRequest(request, response, faults).then((handled) => {
      if (!handled) response.writeHead(418).end();
    });
  });
  beforeEach(async () => {
    faults.clear();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const call = async (method: string, path: string, body?: string) => {
    const response = await fetch(base + path, { method, ...(body === undefined ? {} : { body }) });
    return {
      status: response.status,
      body: (await response.json()) as { faults?: unknown[]; error?: string },
    };
  };

  it("adds, lists, removes and clears", async () => {
    const added = await call("POST", "/_sandbox/faults", '[{"kind":"drop"},{"kind":"throttle","times":3}]');
    expect(added.status).toBe(201);
    expect(added.body.faults).toMatchObject([
      { kind: "drop", times: 1 },
      { kind: "throttle", times: 3 },
    ]);
    const [first] = faults.list();
    expect((await call("DELETE", `/_sandbox/faults/${first!.id}`)).body.faults).toHaveLength(1);
    expect((await call("DELETE", `/_sandbox/faults/${first!.id}`)).status).toBe(404);
    expect((await call("GET", "/_sandbox/faults")).body.faults).toMatchObject([{ kind: "throttle" }]);
    expect((await call("DELETE", "/_sandbox/faults")).body.faults).toEqual([]);
  });

  it.each(["{", '{"kind":"explode"}', '[{"kind":"drop"},{"kind":"drop","typo":1}]', '"drop"'])(
    "refuses %s and keeps nothing of it",
    async (body) => {
      const answer = await call("POST", "/_sandbox/faults", body);
      expect(answer.status).toBe(400);
      expect(answer.body.error).toBeTruthy();
      expect(faults.list()).toEqual([]);
    },
  );

  it("leaves other paths and methods alone", async () => {
    expect((await fetch(`${base}/_sandbox/faultsX`)).status).toBe(418);
    expect((await call("PUT", "/_sandbox/faults", "{}")).status).toBe(405);
  });
});
