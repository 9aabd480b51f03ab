import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PreviousVerification } from "../../src/contract/stack-outputs.js";
import type { SesState } from "../../src/contract/verified.js";
import type { Reading } from "../../src/status/ses-reading.js";
import { isDecayed } from "../../src/contract/condition.js";
import { judge } from "../../src/status/verdict.js";

type Found = Extract<Reading, { kind: "found" }>;

const expected = { mailFromDomain: "mail.yourdomain.com", dkim: { hostedZone: "dkim.amazonses.com" } };
const now = "2026-06-18T10:00:00Z";
const before = "2026-06-15T10:00:00Z";

const well: Found = {
  kind: "found",
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  checkedAt: now,
};
const unknown: Reading = { kind: "unknown", reason: "SES throttled the check", checkedAt: now };

/** What the outputs of the last update said. */
function previously(reading: Reading, history?: PreviousVerification): PreviousVerification {
  return judge({ ...reading, checkedAt: before }, expected, history);
}

const verifiedBefore = previously(well);

describe("a domain that was Verified", () => {
  it.each<[string, Reading, string, string]>([
    [
      "loses its MX",
      { ...well, mailFrom: "TEMPORARY_FAILURE" },
      "Pending",
      "SES no longer finds the MX record of mail.yourdomain.com (TEMPORARY_FAILURE) and gives up 72 hours after it disappeared",
    ],
    [
      "has lost its MX for good",
      { ...well, mailFrom: "FAILED" },
      "Failed",
      "SES gave up on the MX record of mail.yourdomain.com after 72 hours",
    ],
    [
      "has no MAIL FROM domain any more",
      { ...well, mailFrom: "NOT_STARTED" },
      "Pending",
      "SES has no MAIL FROM domain for the identity yet (NOT_STARTED)",
    ],
    [
      "was given another MAIL FROM domain",
      { ...well, mailFromDomain: "bounce.yourdomain.com" },
      "Pending",
      "SES uses the MAIL FROM domain bounce.yourdomain.com, not mail.yourdomain.com",
    ],
    ["has gone from SES", { kind: "absent", checkedAt: now }, "Pending", "SES has no such identity"],
  ])("and %s says so, and since when", (_, reading, status, reason) => {
    expect(judge(reading, expected, verifiedBefore)).toMatchObject({
      status,
      verification: {
        decayed: true,
        lastVerifiedAt: before,
        reason: `was Verified until ${before} (3 days ago); now ${reason}`,
      },
    });
  });

  it("is not lost while the check can't be made, and what was known is kept", () => {
    const verdict = judge(unknown, expected, verifiedBefore);
    expect(verdict).toMatchObject({
      status: "Pending",
      verification: {
        identity: "UNKNOWN",
        lastVerifiedAt: before,
        reason: `could not be checked: SES throttled the check; it was Verified at ${before}`,
      },
    });
    expect(verdict.verification).not.toHaveProperty("decayed");
    const unread = judge({ ...well, mailFrom: "UNKNOWN" }, expected, verifiedBefore);
    expect(unread.verification).toMatchObject({ mailFrom: "UNKNOWN", lastVerifiedAt: before });
    expect(unread.verification).not.toHaveProperty("decayed");
  });

  it("is well again once SES has verified it again", () => {
    const decayed = previously({ ...well, mailFrom: "FAILED" }, verifiedBefore);
    expect(judge(well, expected, decayed)).toEqual(judge(well, expected));
  });
});

it("SES's last success tells when a domain was verified that no update saw", () => {
  const lastSuccessAt = "2026-06-17T10:00:00Z";
  const lost: Found = { ...well, identity: "TEMPORARY_FAILURE", dkim: "TEMPORARY_FAILURE", lastSuccessAt };
  expect(judge(lost, expected).verification).toMatchObject({ decayed: true, lastVerifiedAt: lastSuccessAt });
  // The later of the two is nearer to the truth.
  expect(judge(lost, expected, verifiedBefore).verification.lastVerifiedAt).toBe(lastSuccessAt);
  const early = { ...lost, lastSuccessAt: "2026-06-01T10:00:00Z" };
  expect(judge(early, expected, verifiedBefore).verification.lastVerifiedAt).toBe(before);
  // A search for new keys takes nothing away from a domain that may send.
  const renewing: Found = { ...well, dkim: "PENDING", lastSuccessAt };
  expect(judge(renewing, expected).verification).not.toHaveProperty("decayed");
});

it("a domain that never was Verified has nothing to lose", () => {
  const pending: Found = { ...well, identity: "PENDING", dkim: "PENDING", mailFrom: "PENDING" };
  const first = previously(pending);
  for (const reading of [pending, unknown, { kind: "absent", checkedAt: now } as const]) {
    const { verification } = judge(reading, expected, first);
    expect(verification).not.toHaveProperty("decayed");
    expect(verification).not.toHaveProperty("lastVerifiedAt");
    expect(verification.reason).not.toContain("was Verified");
  }
});

it("what was Verified stays known through any checks, failed ones too, until it is Verified again", () => {
  const state = fc.constantFrom<SesState>("PENDING", "FAILED", "TEMPORARY_FAILURE", "NOT_STARTED");
  const bad = fc.record({ dkim: state, mailFrom: state }).map((change) => ({ ...well, ...change }));
  const reading = fc.oneof<fc.Arbitrary<Reading>[]>(fc.constant(unknown), bad);
  fc.assert(
    fc.property(fc.array(reading), bad, (readings, last) => {
      const history = readings.reduce<PreviousVerification>((known, one) => {
        return judge(one, expected, known);
      }, verifiedBefore);
      const { verification } = judge(last, expected, history);
      expect(isDecayed(verification)).toBe(true);
      expect(verification.lastVerifiedAt).toBe(before);
    }),
  );
});
