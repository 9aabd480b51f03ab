import { describe, expect, it } from "vitest";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import type { DmarcPolicyName } from "../../src/syntax/dmarc/settings.js";
import { ReportCounter } from "../../src/reports/count.js";
import type { AggregateReport, PublishedPolicy, ReportRecord } from "../../src/reports/report-types.js";
import { THRESHOLDS } from "../../src/reports/readiness.js";
import { summarize, type DomainSummary, type Summary } from "../../src/reports/summary.js";
import { dmarc, sendingDomain } from "../syntax/sample.js";
import { DAY, NOVEMBER } from "./samples.js";

const options = { thresholds: THRESHOLDS, ignoredSources: new Set<string>(), now: NOVEMBER + 15 * DAY };

const mail = (headerFrom: string, count: number, over: Partial<ReportRecord> = {}): ReportRecord => ({
  sourceIp: "192.0.2.1",
  count,
  disposition: "none",
  dkimAligned: true,
  spfAligned: true,
  headerFrom,
  dkim: [],
  spf: [],
  reasons: [],
  ...over,
});
const failing = (headerFrom: string, count: number, over: Partial<ReportRecord> = {}): ReportRecord =>
  mail(headerFrom, count, { dkimAligned: false, spfAligned: false, sourceIp: "198.51.100.7", ...over });

/** Two weeks of daily reports, one for each record that was found in DNS, as RFC 9990 §3.1.1 has it. */
function summary(
  reports: readonly { readonly published?: Partial<PublishedPolicy>; readonly records: ReportRecord[] }[],
  files: readonly SendingDomain[] = [],
  how = options,
): Summary {
  const counter = new ReportCounter();
  for (let day = 0; day < 14; day++) {
    for (const [index, { published, records }] of reports.entries()) {
      const report: AggregateReport = {
        organization: "Receiver",
        reportId: `${day}-${index}`,
        begin: NOVEMBER + day * DAY,
        end: NOVEMBER + (day + 1) * DAY,
        published: { domain: "example.com", policy: "none", testing: false, ...published },
        records,
        skipped: [],
      };
      counter.add(report);
    }
  }
  return summarize(counter, files, how);
}

interface Tags {
  readonly sp?: DmarcPolicyName;
  readonly np?: DmarcPolicyName;
}

const file = (domain: string, policy: DmarcPolicyName | "unmanaged" = "none", { sp, np }: Tags = {}) =>
  sendingDomain(domain, {
    dmarc:
      policy === "unmanaged"
        ? policy
        : {
            ...dmarc,
            policy,
            ...(sp === undefined ? {} : { subdomainPolicy: sp }),
            ...(np === undefined ? {} : { nonexistentSubdomainPolicy: np }),
          },
  });

const only = ({ domains }: Summary): DomainSummary => {
  expect(domains).toHaveLength(1);
  return domains[0]!;
};

// RFC 9989 §4.7: without `sp` and `np`, `p` applies to all subdomains without a record; `sp` to those that exist; `np` to
// those that do not, and without it `sp` does. §4.10.1: a record at the author domain itself goes before all that.
describe("a subdomain without a record of its own", () => {
  const good = mail("example.com", 1000);
  const bad = failing("shop.example.com", 3);

  it("holds its parent back under `p`, however little its mail is beside the parent's", () => {
    const { readiness, edit } = only(summary([{ records: [good, bad] }], [file("example.com")]));
    expect(readiness).toMatchObject({
      verdict: "not-ready",
      evidence: { messages: 14_042, aligned: 14_000, days: 14, reports: 14, organizations: 1 },
      subdomains: [{ domain: "shop.example.com", tag: "p", messages: 42, aligned: 0, share: 0 }],
      breaking: [{ ip: "198.51.100.7", subdomain: "shop.example.com", messages: 42 }],
    });
    expect(readiness.reasons).toEqual([
      expect.stringMatching(/shop\.example\.com \(0 % of 42 aligned\).*`subdomainPolicy: none`/),
    ]);
    expect(edit).toBeUndefined();
  });

  it("does so without any file too", () => {
    const { unlisted } = summary([{ records: [good, bad] }]);
    expect(unlisted).toMatchObject([
      { domain: "example.com", readiness: { verdict: "not-ready", subdomains: [{ tag: "p" }] } },
      { domain: "shop.example.com", policyFrom: "example.com" },
    ]);
  });

  it("is no hindrance when it is aligned, and counts as evidence", () => {
    const records = [mail("example.com", 20), mail("shop.example.com", 20)];
    expect(only(summary([{ records }], [file("example.com")])).readiness).toMatchObject({
      verdict: "ready",
      evidence: { messages: 560 },
      subdomains: [{ domain: "shop.example.com", share: 1 }],
    });
  });

  it("is no hindrance once its failing source is left out", () => {
    const how = { ...options, ignoredSources: new Set(["198.51.100.7"]) };
    expect(only(summary([{ records: [good, bad] }], [file("example.com")], how)).readiness).toMatchObject({
      verdict: "ready",
      subdomains: [{ messages: 0 }],
    });
  });

  it("is left alone by a step of `p` where the file has `sp`", () => {
    const published = { subdomainPolicy: "none" as const };
    const files = [file("example.com", "none", { sp: "none" })];
    expect(only(summary([{ published, records: [good, bad] }], files)).readiness).toMatchObject({
      verdict: "ready",
      next: "quarantine",
      evidence: { messages: 14_000 },
      subdomains: [{ domain: "shop.example.com", tag: "sp", messages: 42 }],
      breaking: [],
    });
  });

  it("is judged by its own file when it has one, wherever reporters still saw the record", () => {
    const files = [file("example.com"), file("shop.example.com")];
    const { domains } = summary([{ records: [good, bad] }], files);
    expect(domains).toMatchObject([
      { domain: "example.com", readiness: { verdict: "ready", subdomains: [] } },
      { domain: "shop.example.com", readiness: { verdict: "thin" } },
    ]);
  });

  it("is judged by itself when reporters found a record there, with a file or without", () => {
    const own = { domain: "shop.example.com", policy: "reject" as const };
    const reports = [{ records: [good] }, { published: own, records: [bad] }];
    expect(only(summary(reports, [file("example.com")])).readiness.verdict).toBe("ready");
    const unmanaged = [file("example.com"), file("shop.example.com", "unmanaged")];
    expect(summary(reports, unmanaged).domains[0]!.readiness.verdict).toBe("ready");
    expect(summary([{ records: [good, bad] }], unmanaged).domains[0]!.readiness.verdict).toBe("not-ready");
  });

  it("speaks for a parent that sends nothing itself", () => {
    const result = summary([{ records: [bad] }], [file("example.com")]);
    expect(result.silent).toEqual([]);
    expect(only(result)).toMatchObject({
      messages: 0,
      from: "2026-11-01",
      to: "2026-11-14",
      published: "none",
      readiness: { verdict: "thin", evidence: { messages: 42, aligned: 0 } },
    });
  });

  it("is not somebody else's below", () => {
    const reports = [{ records: [good] }, { published: { domain: "other.example.com" }, records: [bad] }];
    expect(only(summary(reports, [file("example.com")])).readiness.subdomains).toEqual([]);
  });
});

describe("a subdomain that does not exist", () => {
  const good = mail("example.com", 1000);
  const np = { nonexistentSubdomainPolicy: "reject" as const };
  const files = [file("example.com", "none", { np: "reject" })];

  it("falls under `np`, as what was done with its mail shows, and holds nothing back", () => {
    const records = [good, failing("x7.example.com", 3, { disposition: "reject" })];
    const result = summary([{ published: np, records }], files);
    expect(only(result).readiness).toMatchObject({
      verdict: "ready",
      evidence: { messages: 14_000 },
      subdomains: [{ domain: "x7.example.com", tag: "np", messages: 42 }],
    });
    expect(result.unlisted).toMatchObject([{ domain: "x7.example.com", published: "reject" }]);
  });

  it("is not taken for one that exists: failing mail that `p` let through", () => {
    const records = [good, mail("shop.example.com", 50), failing("shop.example.com", 3)];
    expect(only(summary([{ published: np, records }], files)).readiness).toMatchObject({
      verdict: "not-ready",
      subdomains: [{ domain: "shop.example.com", tag: "p", messages: 742, aligned: 700 }],
    });
  });

  it("falls under `p` where the record has neither `np` nor `sp`", () => {
    const published = { policy: "quarantine" as const };
    const records = [good, failing("x7.example.com", 3, { disposition: "quarantine" })];
    expect(
      only(summary([{ published, records }], [file("example.com", "quarantine")])).readiness,
    ).toMatchObject({ verdict: "not-ready", next: "reject", subdomains: [{ tag: "p" }] });
  });

  it("falls under a laxer `np` too", () => {
    const published = { policy: "quarantine" as const, nonexistentSubdomainPolicy: "none" as const };
    const records = [good, mail("x7.example.com", 50), failing("x7.example.com", 3)];
    const lax = [file("example.com", "quarantine", { np: "none" })];
    expect(only(summary([{ published, records }], lax)).readiness.subdomains).toMatchObject([{ tag: "np" }]);
  });
});
