import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/contract/stack-outputs.js";
import type { SesState } from "../../src/contract/verified.js";
import type { Reading } from "../../src/status/ses-reading.js";
import { judge, worstOf } from "../../src/status/verdict.js";

const checkedAt = "2026-06-18T10:00:00Z";
const expected = { mailFromDomain: "mail.yourdomain.com", dkim: { hostedZone: "dkim.amazonses.com" } };
const states: readonly SesState[] = [
  "PENDING",
  "SUCCESS",
  "FAILED",
  "TEMPORARY_FAILURE",
  "NOT_STARTED",
  "UNKNOWN",
];

type Found = Extract<Reading, { kind: "found" }>;

const verified: Found = {
  kind: "found",
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  mailFromDomain: "mail.yourdomain.com",
  signingHostedZone: "dkim.amazonses.com",
  checkedAt,
};

describe("judge", () => {
  it.each<[string, Partial<Found>, Verdict["status"], string]>([
    ["all verified", {}, "Verified", "SES has verified the identity, DKIM and MAIL FROM"],
    [
      "new",
      { identity: "PENDING", dkim: "PENDING", mailFrom: "PENDING" },
      "Pending",
      "SES has not verified the DKIM records (PENDING); SES has not verified the MX record of mail.yourdomain.com (PENDING)",
    ],
    [
      "DKIM missing, with the cause",
      { identity: "PENDING", dkim: "PENDING", errorType: "HOST_NOT_FOUND" },
      "Pending",
      "SES has not verified the DKIM records (PENDING): SES found no such name in DNS",
    ],
    [
      "an error that is not in the documentation",
      { dkim: "PENDING", errorType: "SOMETHING_NEW" },
      "Pending",
      "SES has not verified the DKIM records (PENDING): SOMETHING_NEW",
    ],
    [
      "DKIM given up",
      { identity: "FAILED", dkim: "FAILED", errorType: "TYPE_NOT_FOUND" },
      "Failed",
      "SES gave up on the DKIM records after 72 hours: SES found the names, but without CNAME records",
    ],
    [
      "DKIM given up for the wrong zone",
      { identity: "FAILED", dkim: "FAILED", signingHostedZone: "dkim.af-south-1.amazonses.com" },
      "Failed",
      "SES gave up on the DKIM records after 72 hours: SES serves the DKIM keys from dkim.af-south-1.amazonses.com, " +
        "but the records point to dkim.amazonses.com; set dkim.hostedZone: dkim.af-south-1.amazonses.com",
    ],
    [
      "DKIM given up after it was verified",
      { identity: "FAILED", dkim: "FAILED", lastSuccessAt: "2026-06-16T09:00:00Z" },
      "Failed",
      "was Verified until 2026-06-16T09:00:00Z (2 days ago); now SES no longer found the DKIM records and revoked the verification",
    ],
    [
      "MAIL FROM given up",
      { mailFrom: "FAILED" },
      "Failed",
      "SES gave up on the MX record of mail.yourdomain.com after 72 hours",
    ],
    [
      "another MAIL FROM given up, which ours will take the place of",
      { mailFrom: "FAILED", mailFromDomain: "old.yourdomain.com" },
      "Pending",
      "SES uses the MAIL FROM domain old.yourdomain.com, not mail.yourdomain.com",
    ],
    [
      "DKIM decays",
      { identity: "TEMPORARY_FAILURE", dkim: "TEMPORARY_FAILURE" },
      "Pending",
      "was Verified before; now SES no longer finds the DKIM records (TEMPORARY_FAILURE) and revokes the verification unless they return",
    ],
    [
      "MAIL FROM decays",
      { mailFrom: "TEMPORARY_FAILURE" },
      "Pending",
      "was Verified before; now SES no longer finds the MX record of mail.yourdomain.com (TEMPORARY_FAILURE) and gives up 72 hours after it disappeared",
    ],
    [
      "MAIL FROM decays before DKIM was ever verified",
      { identity: "PENDING", dkim: "PENDING", mailFrom: "TEMPORARY_FAILURE" },
      "Pending",
      "SES has not verified the DKIM records (PENDING); " +
        "SES no longer finds the MX record of mail.yourdomain.com (TEMPORARY_FAILURE) and gives up 72 hours after it disappeared",
    ],
    [
      "no MAIL FROM",
      { mailFrom: "NOT_STARTED" },
      "Pending",
      "SES has no MAIL FROM domain for the identity yet (NOT_STARTED)",
    ],
    [
      "MAIL FROM unread",
      { mailFrom: "UNKNOWN" },
      "Pending",
      "the state of the MAIL FROM domain mail.yourdomain.com could not be read (UNKNOWN)",
    ],
    [
      "keys in another zone",
      { identity: "PENDING", dkim: "PENDING", signingHostedZone: "dkim.eu-south-1.amazonses.com" },
      "Pending",
      "SES serves the DKIM keys from dkim.eu-south-1.amazonses.com, but the records point to dkim.amazonses.com; " +
        "set dkim.hostedZone: dkim.eu-south-1.amazonses.com",
    ],
    [
      "keys in another zone, but verified all the same",
      { signingHostedZone: "cell2.dkim.amazonses.com" },
      "Verified",
      "SES has verified the identity, DKIM and MAIL FROM",
    ],
    [
      "names written otherwise",
      { mailFromDomain: "Mail.YourDomain.com.", signingHostedZone: "DKIM.amazonses.com" },
      "Verified",
      "SES has verified the identity, DKIM and MAIL FROM",
    ],
  ])("%s", (_, change, status, reason) => {
    const verdict = judge({ ...verified, ...change }, expected);
    expect(verdict).toMatchObject({ status, verification: { reason, checkedAt } });
  });

  it.each<[string, Partial<typeof verified>, string, string]>([
    [
      "signing with the key",
      { signingOrigin: "EXTERNAL", tokens: ["s2026"] },
      "Verified",
      "SES has verified the identity, DKIM and MAIL FROM",
    ],
    [
      "signing with Easy DKIM still",
      { signingOrigin: "AWS_SES", tokens: ["aaa", "bbb", "ccc"] },
      "Pending",
      "SES signs with Easy DKIM, not with the key of the selector s2026",
    ],
    [
      "signing with another selector",
      { signingOrigin: "EXTERNAL", tokens: ["s2025"] },
      "Pending",
      "SES signs with the selector s2025, not with s2026",
    ],
    [
      "without the record",
      {
        dkim: "PENDING",
        identity: "PENDING",
        signingOrigin: "EXTERNAL",
        tokens: ["s2026"],
        errorType: "TYPE_NOT_FOUND",
      },
      "Pending",
      "SES has not verified the DKIM records (PENDING): SES found the name, but without a TXT record",
    ],
    ["as an earlier look left it", {}, "Verified", "SES has verified the identity, DKIM and MAIL FROM"],
  ])("judges a domain with a key of its own, %s", (_, change, status, reason) => {
    const own = { mailFromDomain: expected.mailFromDomain, dkim: { selector: "s2026" } };
    const { signingOrigin: _origin, tokens: _tokens, ...base } = verified;
    expect(judge({ ...base, ...change }, own)).toMatchObject({ status, verification: { reason } });
  });

  it("does not take a key that was brought to SES for Easy DKIM", () => {
    expect(judge({ ...verified, signingOrigin: "EXTERNAL", tokens: ["s2026"] }, expected)).toMatchObject({
      status: "Pending",
      verification: {
        reason: "SES signs with a BYODKIM key (selector s2026), not with Easy DKIM",
      },
    });
  });

  it("is Pending for a check that failed, with the reason", () => {
    expect(judge({ kind: "unknown", reason: "SES throttled the check", checkedAt }, expected)).toEqual({
      status: "Pending",
      verification: {
        identity: "UNKNOWN",
        dkim: "UNKNOWN",
        mailFrom: "UNKNOWN",
        checkedAt,
        reason: "could not be checked: SES throttled the check",
      },
    });
  });

  it("is Pending for an identity that does not exist", () => {
    const verdict = judge({ kind: "absent", checkedAt }, expected);
    expect(verdict.status).toBe("Pending");
    expect(verdict.verification.reason).toBe("SES has no such identity");
  });

  it("tells how old MAIL FROM's state is when it is older than the rest", () => {
    const mailFromCheckedAt = "2026-06-17T10:00:00Z";
    expect(judge({ ...verified, mailFromCheckedAt }, expected).verification).toMatchObject({
      mailFromCheckedAt,
    });
    expect(judge({ ...verified, mailFromCheckedAt: checkedAt }, expected).verification).not.toHaveProperty(
      "mailFromCheckedAt",
    );
  });

  it("is Verified exactly when all three are, and Failed exactly when one has failed", () => {
    const state = fc.constantFrom(...states);
    fc.assert(
      fc.property(state, state, state, (identity, dkim, mailFrom) => {
        const all = [identity, dkim, mailFrom];
        const { status, verification } = judge({ ...verified, identity, dkim, mailFrom }, expected);
        expect(status === "Verified").toBe(all.every((one) => one === "SUCCESS"));
        expect(status === "Failed").toBe(all.includes("FAILED"));
        expect(verification).toMatchObject({ identity, dkim, mailFrom });
        expect(verification.reason).not.toBe("");
      }),
    );
  });
});

describe("worstOf", () => {
  const of = (status: Verdict["status"]): Verdict => ({ ...judge(verified, expected), status });

  it("puts one that was Verified and no longer is before all that never were", () => {
    const decayed = judge({ ...verified, dkim: "TEMPORARY_FAILURE" }, expected);
    expect(worstOf([of("Failed"), decayed, of("Pending")])).toBe(decayed);
    const givenUp = judge({ ...verified, mailFrom: "FAILED" }, expected, of("Verified"));
    expect(worstOf([decayed, givenUp])).toBe(givenUp);
  });

  it("puts Failed before Pending before Verified", () => {
    const status = fc.constantFrom<Verdict["status"]>("Failed", "Pending", "Verified");
    fc.assert(
      fc.property(fc.array(status, { minLength: 1 }), (all) => {
        const worst = worstOf(all.map(of)).status;
        const expectedWorst = (["Failed", "Pending", "Verified"] as const).find((one) => all.includes(one));
        expect(worst).toBe(expectedWorst);
      }),
    );
  });
});
