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
  const republish = "pulumi up --refresh publishes the records again";
  it.each([
    [verified, ""],
    [pending, "the records are in place; SES looks for up to 72 hours: mailstack verify --wait"],
    [
      withRecords(pending, "DKIM", { state: "unknown" }),
      "the records could not all be checked; SES looks for up to 72 hours: mailstack verify --wait",
    ],
    [other, "pulumi up --refresh brings SES in line with the domain file"],
    [withRecords(pending, "DKIM", { state: "missing" }), republish],
    [atRisk, `${republish}, before SES takes the verification back`],
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
      `delete the other MX records at mail.verified.com; ${republish}, before SES takes the verification back`,
    ],
    [failed, "mailstack verify failed.com --restart makes SES look again"],
    [
      withRecords(failed, "DKIM", { state: "wrong" }),
      `${republish}; then mailstack verify failed.com --restart makes SES look again`,
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
      "a new DKIM key under a new selector makes SES look again",
    ],
    [unchecked, "see to what stood in the way of the check, and check again"],
    [
      wellReport("x.com", {
        status: "Pending",
        verification: { ...lost, identity: "NOT_STARTED", dkim: "NOT_STARTED", mailFrom: "NOT_STARTED" },
      }),
      "pulumi up --refresh creates the identity",
    ],
    [
      wellReport("x.com", { status: "Pending", verification: { ...lost, mailFrom: "NOT_STARTED" } }),
      "pulumi up --refresh sets the MAIL FROM domain",
    ],
    [
      { ...withRecords(pending, "DKIM", { state: "missing" }), dns: "manual" as const },
      "publish the records as they are listed at whoever serves the domain's DNS",
    ],
    [{ ...pending, restarted: ["DKIM" as const] }, "SES is looking again: mailstack verify --wait"],
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
