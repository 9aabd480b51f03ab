import { expect, test } from "vitest";
import { prematurePolicy } from "../../src/stack/warnings.js";
import type { Verdict } from "../../src/contract/stack-outputs.js";
import { dmarc, sendingDomain } from "../syntax/sample.js";

const verdict = (status: Verdict["status"], change: Partial<Verdict["verification"]> = {}): Verdict => ({
  status,
  verification: {
    identity: "PENDING",
    dkim: "PENDING",
    mailFrom: "PENDING",
    checkedAt: "2026-06-18T10:00:00Z",
    reason: "",
    ...change,
  },
});
const reject = sendingDomain("a.example", { dmarc: { ...dmarc, policy: "reject" } });

test("a policy beyond none before SES has ever verified the domain", () => {
  expect(prematurePolicy(reject, verdict("Pending"))).toBe("reject");
  expect(prematurePolicy(reject, verdict("Failed"))).toBe("reject");
  const testing = sendingDomain("a.example", { dmarc: { ...dmarc, policy: "reject", testing: true } });
  expect(prematurePolicy(testing, verdict("Pending"))).toBe("quarantine");
});

test.each([
  ["a verified domain", reject, verdict("Verified")],
  ["one that was verified", reject, verdict("Pending", { lastVerifiedAt: "2026-06-01T10:00:00Z" })],
  ["one that has lost its verification", reject, verdict("Pending", { decayed: true })],
  ["one that could not be checked", reject, verdict("Pending", { identity: "UNKNOWN" })],
  ["a parked domain", reject, verdict("Parked", { identity: "NONE" })],
  ["the policy none", sendingDomain("a.example"), verdict("Pending")],
  ["a policy of somebody else", sendingDomain("a.example", { dmarc: "unmanaged" }), verdict("Pending")],
])("no warning for %s", (_, domain, state) => {
  expect(prematurePolicy(domain, state)).toBeUndefined();
});
