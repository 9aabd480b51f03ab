import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { formatStatusHtml } from "../../src/cli/format/status-html.js";
import { formatStatusMarkdown } from "../../src/cli/format/status-markdown.js";
import { ProgressLine } from "../../src/cli/format/status-progress.js";
import { formatStatusText } from "../../src/cli/format/status.js";
import { formatRound } from "../../src/cli/format/verify.js";
import { summarizeReports } from "../../src/status/domain-report.js";
import { checkedAt, wellReport, withRecords } from "../status/sample.js";

const plain = picocolors.createColors(false);
const well = wellReport("a.com");

describe("formatStatusText", () => {
  it("shows a line for each domain and nothing more where all is well", () => {
    expect(formatStatusText([well], summarizeReports([well]), plain)).toBe(
      [
        "DOMAIN  STATUS    DNS     IDENTITY  DKIM     MAIL FROM  REGION",
        "a.com   Verified  6/6 ok  SUCCESS   SUCCESS  SUCCESS    us-east-1",
        "",
        "1 domain: 1 verified, 0 pending, 0 failed",
        "",
      ].join("\n"),
    );
  });

  it("tells of each domain that is not well what is wrong and what to do", () => {
    const report = {
      ...withRecords(well, "DMARC", {
        state: "wrong",
        found: ["v=DMARC1; p=reject"],
        reason: "two of them",
        lastOkAt: checkedAt,
      }),
      status: "Pending" as const,
      verification: {
        ...well.verification,
        decayed: true as const,
        lastVerifiedAt: checkedAt,
        reason: "was Verified until yesterday; now it is not",
      },
      restarted: ["DKIM" as const],
      notes: ["a note"],
      nextStep: "do this",
    };
    const text = formatStatusText([report], summarizeReports([report]), plain);
    expect(text.split("\n").slice(3)).toEqual([
      "a.com  Pending (was Verified): was Verified until yesterday; now it is not",
      "  restarted: DKIM",
      "  · TXT _dmarc.a.com (DMARC): wrong; found v=DMARC1; p=reject; correct until 2026-06-18T10:00:00Z; two of them",
      "      expected v=DMARC1; p=none",
      "  a note",
      "  next: do this",
      "",
      "1 domain: 0 verified, 1 pending, 0 failed; 1 no longer verified",
      "",
    ]);
  });

  it("names the Regions of a domain, and where it is not well what each says", () => {
    const { verification } = well;
    const waiting = { ...verification, mailFrom: "PENDING" as const, reason: "SES waits for the MX" };
    const regions = {
      "us-east-1": { status: "Verified" as const, verification },
      "eu-west-1": { status: "Pending" as const, verification: waiting },
    };
    const pending = { ...well, status: "Pending" as const, verification: waiting, regions };
    const lines = ["us-east-1: Verified: all is well", "eu-west-1: Pending: SES waits for the MX"];
    const text = formatStatusText([pending], summarizeReports([pending]), plain);
    expect(text.split("\n")[1]).toMatch(/ us-east-1, eu-west-1$/);
    for (const line of lines) expect(text).toContain(`  ${line}\n`);
    const markdown = formatStatusMarkdown([pending], summarizeReports([pending]));
    for (const line of lines) expect(markdown).toContain(`- ${line}\n`);
    const page = {
      domains: [pending],
      summary: summarizeReports([pending]),
      warnings: [],
      generatedAt: checkedAt,
    };
    const html = formatStatusHtml(page);
    expect(html).toContain("<td>us-east-1, eu-west-1</td>");
    for (const line of lines) expect(html).toContain(`<p>${line}</p>`);

    const verified = {
      ...well,
      regions: { "us-east-1": regions["us-east-1"], "eu-west-1": regions["us-east-1"] },
    };
    expect(formatStatusText([verified], summarizeReports([verified]), plain)).not.toContain("all is well");
  });

  it("lets nothing from DNS steer the terminal", () => {
    const report = withRecords(well, "SPF", {
      state: "wrong",
      found: ["v=spf1 \u001b]0;x\u0007\u202e -all\n"],
    });
    const text = formatStatusText([report], summarizeReports([report]), plain);
    expect(text).toContain("found v=spf1 \\u001b]0;x\\u0007\\u202e -all\\u000a\n");
    expect(text).not.toContain("\u001b");
    expect(formatStatusMarkdown([report], summarizeReports([report]))).not.toContain("\u001b");
  });

  it("counts what could not be checked apart", () => {
    const report = wellReport("a.com", { checked: false });
    const text = formatStatusText([report], summarizeReports([report]), plain);
    expect(text).toContain("Verified (not checked)");
    expect(text).toContain("1 domain: 1 verified, 0 pending, 0 failed; 1 could not be checked\n");
  });
});

it("formatRound names the worst and counts the rest", () => {
  const waiting = Array.from({ length: 7 }, (_, index) => wellReport(`d${index}.com`, { status: "Pending" }));
  expect(formatRound([well, ...waiting]).split("\n")).toEqual([
    "8 domains: 1 verified, 7 pending, 0 failed",
    ...[0, 1, 2, 3, 4].map((index) => `  d${index}.com: all is well`),
    "  and 2 more",
  ]);
});

describe("ProgressLine", () => {
  function line(isTTY: boolean) {
    let now = 0;
    const written: string[] = [];
    const progress = new ProgressLine({ isTTY, write: (text) => written.push(text) }, () => now);
    return { written, progress, at: (ms: number, text: string) => ((now = ms), progress.show(text)) };
  }

  it("is silent for two seconds, then overwrites itself in a terminal", () => {
    const { written, progress, at } = line(true);
    at(1999, "one");
    expect(written).toEqual([]);
    at(2000, "two");
    at(2100, "three");
    progress.clear();
    progress.clear();
    expect(written).toEqual(["\r\u001b[2Ktwo", "\r\u001b[2Kthree", "\r\u001b[2K"]);
  });

  it("writes a line every ten seconds into a log", () => {
    const { written, progress, at } = line(false);
    for (const ms of [2000, 3000, 11_999, 12_000]) at(ms, String(ms));
    progress.clear();
    expect(written).toEqual(["2000\n", "12000\n"]);
  });
});
