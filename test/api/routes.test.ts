import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/api/error.js";
import { findOperation } from "../../src/api/routes.js";
import { readTarget } from "../../src/api/target.js";

const operationOf = (method: string, target: string, hosts: readonly string[] = ["localhost"]) =>
  findOperation(method, readTarget(target, hosts).segments);

/** Status and Allow of the error, or undefined when there is none. */
function refusal(work: () => unknown): { status: number; allow: string | undefined } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, allow: error.headers["allow"] };
  }
}

describe("operations", () => {
  it.each([
    ["GET", "/v1/domains", { kind: "list" }],
    ["HEAD", "/v1/domains?limit=5", { kind: "list" }],
    ["POST", "/v1/domains", { kind: "create" }],
    ["GET", "/v1/domains/3b1f", { kind: "show", id: "3b1f" }],
    ["HEAD", "/v1/domains/3b1f#part", { kind: "show", id: "3b1f" }],
    ["DELETE", "/v1/domains/3b1f", { kind: "delete", id: "3b1f" }],
    ["POST", "/v1/domains/3b1f/verify", { kind: "verify", id: "3b1f" }],
  ])("%s %s", (method, target, operation) => {
    expect(operationOf(method, target)).toEqual(operation);
  });

  it("are read for every id, however it is encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        const path = `/v1/domains/${encodeURIComponent(id)}`;
        expect(operationOf("GET", path)).toEqual({ kind: "show", id });
        expect(operationOf("POST", `${path}/verify`)).toEqual({ kind: "verify", id });
      }),
    );
  });

  it("are refused with 400, 404, 405 or 421 and nothing else, whatever the request", () => {
    const part = fc.oneof(
      fc.constantFrom("v1", "domains", "verify", "", "%", "%2F", "..", "?", "http:", "localhost", "*"),
      fc.string(),
    );
    const target = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => `/${parts.join("/")}`),
      fc.array(part).map((parts) => `http://${parts.join("/")}`),
    );
    const method = fc.oneof(fc.constantFrom("GET", "POST", "DELETE", "OPTIONS"), fc.string());
    const hosts = fc.array(fc.oneof(fc.constantFrom("localhost", "127.0.0.1:80"), fc.string()), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(method, target, hosts, (verb, path, names) => {
        const refused = refusal(() => operationOf(verb, path, names));
        if (refused === undefined) return;
        expect([400, 404, 405, 421]).toContain(refused.status);
        expect(refused.allow !== undefined).toBe(refused.status === 405);
      }),
      { numRuns: 2000 },
    );
  });
});
