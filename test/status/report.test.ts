import { describe, expect, it } from "vitest";
import { nextStep } from "../../src/status/advice.js";
import { conditionOf, worstFirst } from "../../src/contract/condition.js";
import { summarizeReports } from "../../src/status/domain-report.js";
import { checkedAt, wellReport, withRecords } from "./sample.js";

const verified = wellReport("verified.com");
const pending = wellReport("pending.com", {
  status: "Pending",
  verification: { ...wellReport("pending.com").verification, mailFrom: "PENDING" },
});
const other = wellReport("other.com", { status: "Pending" });
const unchecked = wellReport("unchecked.com", { checked: false });
const atRisk = withRecords(wellReport("at-risk.com"), "MAIL FROM", { state: "missing" });
const failed = wellReport("failed.com", { status: "Failed" });
const lost = { ...wellReport("x.com").verification, decayed: true as const, lastVerifiedAt: checkedAt };
const decayed = wellReport("decayed.com", { status: "Pending", verification: lost });

describe("conditionOf", () => {
  it.each([
    [verified, "verified"],
    [pending, "pending"],
    [unchecked, "unchecked"],
    [atRisk, "at-risk"],
    [failed, "failed"],
    [decayed, "decayed"],
    // What could not be checked is neither failed nor decayed.
    [wellReport("x.com", { status: "Failed", checked: false }), "unchecked"],
    [{ ...decayed, checked: false }, "unchecked"],
    [withRecords(verified, "DMARC", { state: "wrong" }), "verified"],
    [withRecords(verified, "DKIM", { state: "unknown" }), "verified"],
    [withRecords(verified, "SPF", { state: "wrong" }), "at-risk"],
    [withRecords(pending, "DKIM", { state: "missing" }), "pending"],
  ])("%#", (report, condition) => {
    expect(conditionOf(report)).toBe(condition);
  });
});

it("sorts worst first, then by name", () => {
  const reports = [verified, pending, wellReport("a.com"), unchecked, atRisk, failed, decayed];
  expect(worstFirst(reports).map(({ domain }) => domain)).toEqual([
    "decayed.com",
    "failed.com",
    "at-risk.com",
    "unchecked.com",
    "pending.com",
    "a.com",
    "verified.com",
  ]);
});

it("counts by status, and apart from that what could not be checked", () => {
  expect(summarizeReports([verified, pending, unchecked, failed, decayed])).toEqual({
    total: 5,
    verified: 2,
    pending: 2,
    failed: 1,
    decayed: 1,
    unchecked: 1,
  });
});

describe("nextStep", () => {
  const republish = "run pulumi up --refresh to publish the records again";
  it.each([
    [verified, ""],
    [pending, "the records are in place; SES checks for up to 72 hours: mailstack verify --wait"],
    [
      withRecords(pending, "DKIM", { state: "unknown" }),
      "the records could not all be checked; SES checks for up to 72 hours: mailstack verify --wait",
    ],
    [other, "run pulumi up --refresh to bring SES in line with the domain file"],
    [withRecords(pending, "DKIM", { state: "missing" }), republish],
    [atRisk, `${republish} before SES revokes the verification`],
    // Not for SPF and DMARC, which SES does not look at.
    [withRecords(verified, "SPF", { state: "missing" }), republish],
    [withRecords(verified, "DMARC", { state: "wrong", found: ["v=DMARC1; p=reject"] }), republish],
    // The stack deletes no record that it did not publish.
    [
      withRecords(verified, "SPF", {
        state: "wrong",
        found: ["v=spf1 include:amazonses.com ~all", "v=spf1 -all"],
      }),
      "delete the other SPF records at mail.verified.com",
    ],
    [
      withRecords(
        withRecords(verified, "MAIL FROM", {
          state: "wrong",
          found: ["10 feedback-smtp.us-east-1.amazonses.com", "20 mx.other.com"],
        }),
        "DKIM",
        { state: "wrong", found: ["192.0.2.1", "192.0.2.2"] },
      ),
      `delete the other MX records at mail.verified.com; ${republish} before SES revokes the verification`,
    ],
    [failed, "run mailstack verify failed.com --restart to make SES check again"],
    [
      withRecords(failed, "DKIM", { state: "wrong" }),
      `${republish}; then run mailstack verify failed.com --restart to make SES check again`,
    ],
    [
      wellReport("x.com", {
        status: "Failed",
        verification: { ...lost, identity: "FAILED", dkim: "FAILED" },
        dnsRecords: [
          {
            type: "TXT",
            name: "s2026._domainkey.x.com",
            value: "v=DKIM1; k=rsa; p=MIIB",
            ttl: 1800,
            purpose: "DKIM",
            state: "ok",
          },
        ],
      }),
      "use a new DKIM key under a new selector to make SES check again",
    ],
    [unchecked, "fix what blocked the check, then run it again"],
    [
      wellReport("x.com", {
        status: "Pending",
        verification: { ...lost, identity: "NOT_STARTED", dkim: "NOT_STARTED", mailFrom: "NOT_STARTED" },
      }),
      "run pulumi up --refresh to create the identity",
    ],
    [
      wellReport("x.com", { status: "Pending", verification: { ...lost, mailFrom: "NOT_STARTED" } }),
      "run pulumi up --refresh to set the MAIL FROM domain",
    ],
    [
      { ...withRecords(pending, "DKIM", { state: "missing" }), dns: "manual" as const },
      "publish the listed records at the domain's DNS host",
    ],
    [{ ...pending, restarted: ["DKIM" as const] }, "SES is checking again: mailstack verify --wait"],
  ])("%#", (report, step) => {
    expect(nextStep(report)).toBe(step);
  });

  it("is the remedy for what stood in the way of the check, where there is one", () => {
    expect(nextStep(unchecked, "check again later")).toBe("check again later");
    const { dnsRecords } = atRisk;
    expect(nextStep({ ...unchecked, dnsRecords }, "check again later")).toBe(
      `${republish}; check again later`,
    );
    expect(nextStep(failed, "check again later")).toContain("--restart");
  });
});
