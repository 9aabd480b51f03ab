import { describe, expect, it } from "vitest";
import { judgeForPreview } from "../../src/status/as-before.js";
import type { Reading } from "../../src/status/ses-reading.js";
import { judge } from "../../src/status/verdict.js";

const expected = { mailFromDomain: "mail.yourdomain.com", dkim: { hostedZone: "dkim.amazonses.com" } };
const well: Extract<Reading, { kind: "found" }> = {
  kind: "found",
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  checkedAt: "2026-06-15T10:00:00Z",
};
const later = "2026-06-18T10:00:00Z";
const lost = { ...well, mailFrom: "TEMPORARY_FAILURE" } as const;

describe("the verdict of a preview", () => {
  it.each<[string, Reading]>([
    ["verified", well],
    ["verified, MAIL FROM looked at earlier", { ...well, mailFromCheckedAt: "2026-06-14T10:00:00Z" }],
    ["still pending", { ...well, dkim: "PENDING", identity: "PENDING" }],
    ["given up", { ...well, mailFrom: "FAILED" }],
    ["not there", { kind: "absent", checkedAt: well.checkedAt }],
    ["not to be read", { kind: "unknown", reason: "SES throttled the check", checkedAt: well.checkedAt }],
  ])("is what was told before if it says the same: %s", (_, reading) => {
    const before = judge(reading, expected);
    expect(judgeForPreview({ ...reading, checkedAt: later }, expected, before)).toEqual(before);
  });

  it("is also that of a domain that had lost its verification, with the times of then", () => {
    const before = judge(lost, expected, judge({ ...well, checkedAt: "2026-06-12T10:00:00Z" }, expected));
    expect(before.verification.decayed).toBe(true);
    expect(judgeForPreview({ ...lost, checkedAt: later }, expected, before)).toEqual(before);
  });

  it("is new as soon as anything else is", () => {
    const before = judge(well, expected);
    const now = { ...lost, checkedAt: later };
    expect(judgeForPreview(now, expected, before)).toEqual(judge(now, expected, before));
    expect(judgeForPreview({ ...well, checkedAt: later }, expected, undefined).verification.checkedAt).toBe(
      later,
    );
  });
});
