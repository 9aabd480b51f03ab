import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditionOf, isDecayed, isWell, worstFirst, worstVerdict } from "../../src/contract/condition.js";
import type { DomainStatus, Verdict } from "../../src/contract/stack-outputs.js";
import { RECORD_PURPOSES } from "../../src/kinds/index.js";
import { summarize } from "../../src/contract/summarize.js";
import { isGate, isVerified, SES_STATES } from "../../src/contract/verified.js";

const verdict = (status: DomainStatus, change: Partial<Verdict["verification"]> = {}): Verdict => ({
  status,
  verification: {
    identity: "SUCCESS",
    dkim: "SUCCESS",
    mailFrom: "SUCCESS",
    checkedAt: "2026-06-18T10:00:00Z",
    reason: "",
    ...change,
  },
});

describe("Verified", () => {
  it("needs all three: identity, DKIM and MAIL FROM", () => {
    const state = fc.constantFrom(...SES_STATES);
    fc.assert(
      fc.property(state, state, state, (identity, dkim, mailFrom) => {
        const all = identity === "SUCCESS" && dkim === "SUCCESS" && mailFrom === "SUCCESS";
        expect(isVerified({ identity, dkim, mailFrom })).toBe(all);
      }),
    );
  });

  it("is revoked without the records that SES looks for, and not without the others", () => {
    expect(RECORD_PURPOSES.filter(isGate)).toEqual(["DKIM", "MAIL FROM"]);
  });

  it("is lost only as far as a look has shown it", () => {
    expect(isDecayed({ decayed: true, identity: "FAILED" })).toBe(true);
    expect(isDecayed({ decayed: true, identity: "UNKNOWN" })).toBe(false);
    expect(isDecayed({ identity: "FAILED" })).toBe(false);
  });
});

describe("the condition", () => {
  it.each([
    ["verified", verdict("Verified")],
    ["parked", verdict("Parked")],
    ["pending", verdict("Pending")],
    ["failed", verdict("Failed")],
    ["decayed", verdict("Pending", { decayed: true })],
    ["unchecked", { ...verdict("Pending"), checked: false }],
    ["at-risk", { ...verdict("Verified"), dnsRecords: [{ purpose: "DKIM", state: "missing" }] }],
    // DMARC is shown, but does not gate Verified.
    ["verified", { ...verdict("Verified"), dnsRecords: [{ purpose: "DMARC", state: "missing" }] }],
    ["verified", { ...verdict("Verified"), dnsRecords: [{ purpose: "DKIM" }] }],
  ] as const)("is %s", (condition, seen) => {
    expect(conditionOf(seen)).toBe(condition);
    expect(isWell(seen)).toBe(condition === "verified" || condition === "parked");
  });

  it("sorts the worst first, then by name", () => {
    const named = (domain: string, of: Verdict) => ({ domain, ...of });
    const sorted = worstFirst([
      named("a.com", verdict("Parked")),
      named("c.com", verdict("Verified")),
      named("b.com", verdict("Verified")),
      named("d.com", verdict("Pending")),
      named("e.com", verdict("Failed")),
      named("f.com", verdict("Pending", { decayed: true })),
    ]);
    expect(sorted.map(({ domain }) => domain)).toEqual([
      "f.com",
      "e.com",
      "d.com",
      "b.com",
      "c.com",
      "a.com",
    ]);
  });
});

it("the worst verdict is one of those given, and none is worse", () => {
  const any = fc.record({
    status: fc.constantFrom<DomainStatus>("Pending", "Verified", "Failed"),
    decayed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any), (all) => {
      const verdicts = all.map(({ status, decayed }) =>
        verdict(status, decayed && status !== "Verified" ? { decayed: true } : {}),
      );
      const worst = worstVerdict(verdicts);
      if (worst === undefined) {
        expect(verdicts).toEqual([]);
        return;
      }
      expect(verdicts).toContain(worst);
      const [first] = worstFirst(verdicts.map((one) => ({ domain: "a.com", ...one })));
      expect(worst.verification.decayed).toBe(first!.verification.decayed);
    }),
  );
});

it("the summary counts each domain once, and names the parked ones only where there are any", () => {
  expect(summarize([])).toEqual({ total: 0, verified: 0, pending: 0, failed: 0 });
  const status = fc.constantFrom<DomainStatus>("Pending", "Verified", "Failed", "Parked");
  fc.assert(
    fc.property(fc.array(fc.record({ status })), (domains) => {
      const { total, verified, pending, failed, parked = 0 } = summarize(domains);
      expect(total).toBe(domains.length);
      expect(verified + pending + failed + parked).toBe(total);
    }),
  );
});
