import { describe, expect, it } from "vitest";
import { combineChecks, type ServerCheck } from "../../../src/status/dns/combine.js";

const check = (
  server: string,
  state: ServerCheck["state"],
  more: Partial<ServerCheck> = {},
): ServerCheck => ({
  server,
  state,
  authoritative: server.startsWith("ns"),
  ...more,
});

describe("combineChecks", () => {
  it.each([
    ["all agree", [check("ns1", "ok"), check("1.1.1.1", "ok")], { state: "ok" }],
    [
      "published, but not everywhere yet",
      [check("ns1", "ok"), check("1.1.1.1", "missing")],
      { state: "ok", reason: "1.1.1.1 does not have the record yet" },
    ],
    [
      "taken away, but still cached",
      [check("ns1", "missing"), check("1.1.1.1", "ok")],
      { state: "missing", reason: "1.1.1.1 has the record" },
    ],
    [
      "name servers that differ",
      [check("ns1", "ok"), check("ns2", "wrong", { found: ["x"], reason: "the CNAME points to x" })],
      { state: "wrong", found: ["x"], reason: "the CNAME points to x; ns1 has the record" },
    ],
    [
      "name servers that don't answer",
      [check("ns1", "unknown", { reason: "no answer" }), check("1.1.1.1", "ok")],
      { state: "ok" },
    ],
    [
      "nobody answers",
      [
        check("ns1", "unknown", { reason: "answered REFUSED" }),
        check("1.1.1.1", "unknown", { reason: "no" }),
      ],
      { state: "unknown", reason: "ns1: answered REFUSED; 1.1.1.1: no" },
    ],
    ["nobody to ask", [], { state: "unknown", reason: "no DNS server to ask" }],
  ] as const)("%s", (_, checks, combined) => {
    expect(combineChecks(checks)).toEqual(combined);
  });
});
