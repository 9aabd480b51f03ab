import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { COUNT_LIMITS, ReportCounter, coveredDays, type DomainCounts } from "../../src/reports/count.js";
import type { AggregateReport, ReportRecord } from "../../src/reports/report-types.js";
import { percent } from "../../src/reports/evidence.js";
import { THRESHOLDS, readiness as readinessOf, type Readiness } from "../../src/reports/readiness.js";
import { DAY, NOVEMBER } from "./samples.js";

const record = (over: Partial<ReportRecord> = {}): ReportRecord => ({
  sourceIp: "192.0.2.1",
  count: 1,
  disposition: "none",
  dkimAligned: true,
  spfAligned: true,
  headerFrom: "example.com",
  dkim: [{ domain: "example.com", result: "pass" }],
  spf: [],
  reasons: [],
  ...over,
});

const report = (
  day: number,
  records: ReportRecord[],
  over: Partial<AggregateReport> = {},
): AggregateReport => ({
  organization: "Receiver",
  reportId: `r${day}`,
  begin: NOVEMBER + day * DAY,
  end: NOVEMBER + (day + 1) * DAY,
  published: { domain: "example.com", policy: "none", testing: false },
  records,
  skipped: [],
  ...over,
});

function countDays(days: number, records: ReportRecord[], over: Partial<AggregateReport> = {}): DomainCounts {
  const counter = new ReportCounter();
  for (let day = 0; day < days; day++) counter.add(report(day, records, over));
  return counter.domains.get("example.com")!;
}

const options = { thresholds: THRESHOLDS, ignoredSources: new Set<string>(), now: NOVEMBER + 20 * DAY };
const readiness = (counts: DomainCounts, file: SendingDomain | undefined, how: typeof options): Readiness =>
  readinessOf({ counts, inherited: [], reports: counts.reports }, file, how);
const domainFile = (policy: string, testing = false): SendingDomain =>
  ({ domain: "example.com", dmarc: { policy, testing } }) as unknown as SendingDomain;

describe("counting", () => {
  it("counts a report once, however often it comes", () => {
    const counter = new ReportCounter();
    expect(counter.add(report(0, [record({ count: 3 })]))).toBe(true);
    expect(counter.add(report(0, [record({ count: 3 })]))).toBe(false);
    expect(counter.add(report(0, [record({ count: 4 })], { organization: "Another" }))).toBe(true);
    expect([counter.reports, counter.duplicates]).toEqual([2, 1]);
    expect(counter.domains.get("example.com")).toMatchObject({ messages: 7, reports: 2 });
  });

  it("tells an organization's reports apart by domain and id together (RFC 9990)", () => {
    const counter = new ReportCounter();
    const net = { domain: "example.net", policy: "none" as const, testing: false };
    expect(counter.add(report(0, [record()]))).toBe(true);
    expect(counter.add(report(0, [record({ headerFrom: "example.net" })], { published: net }))).toBe(true);
    expect(counter.add(report(0, [record({ headerFrom: "example.net" })], { published: net }))).toBe(false);
    expect([counter.reports, counter.duplicates]).toEqual([2, 1]);
  });

  describe("what senders can invent", () => {
    const limits = {
      ...COUNT_LIMITS,
      ...{ domains: 5, domainsPerOrganization: 2, sourcesPerDomain: 2, sources: 6 },
      ...{ resultsPerDomain: 2, resultsPerSource: 1, days: 3 },
    };
    const signed = (names: string[]): ReportRecord["dkim"] =>
      names.map((domain) => ({ domain, result: "pass" }));

    it("is counted together past a limit: From domains, all but those known", () => {
      const counter = new ReportCounter(new Set(["real.example.com"]), limits);
      const names = ["a", "b", "c", "d", "real"].map((label) => `${label}.example.com`);
      counter.add(
        report(
          0,
          [...names, "example.com"].map((headerFrom) => record({ headerFrom })),
        ),
      );
      expect([...counter.domains].map(([name, { messages }]) => [name, messages])).toEqual([
        ["a.example.com", 1],
        ["b.example.com", 1],
        ["*.example.com", 2],
        ["real.example.com", 1],
        ["example.com", 1],
      ]);
      for (const domain of ["one.test", "two.test", "three.test"]) {
        const published = { domain, policy: "none" as const, testing: false };
        counter.add(report(1, [record({ headerFrom: domain })], { reportId: domain, published }));
      }
      expect([...counter.domains.keys()].slice(5)).toEqual(["one.test", "*"]);
      expect(counter.domains.get("*")).toMatchObject({ messages: 2 });
    });

    it("is counted together past a limit: sources, signatures and days", () => {
      const counter = new ReportCounter(new Set(), limits);
      const dkim = signed(["a.test", "b.test", "c.test", "d.test"]);
      const records = [1, 2, 3, 4].map((n) => record({ sourceIp: `192.0.2.${n}`, dkim }));
      for (let day = 0; day < 6; day++) counter.add(report(day, records));
      const domain = counter.domains.get("example.com")!;
      expect([...domain.sources].map(([ip, { messages }]) => [ip, messages])).toEqual([
        ["192.0.2.1", 6],
        ["192.0.2.2", 6],
        ["other", 12],
      ]);
      expect([...domain.dkim.keys()]).toEqual(["a.test", "b.test", "other"]);
      expect([...domain.sources.get("other")!.dkimDomains.keys()]).toEqual(["a.test", "other"]);
      expect(domain.days.size).toBe(3);
    });
  });

  it("adds up", () => {
    const rows = fc.array(
      fc
        .record({
          sourceIp: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1"),
          count: fc.nat(1000),
          disposition: fc.constantFrom("none" as const, "quarantine" as const, "reject" as const),
          dkimAligned: fc.boolean(),
          spfAligned: fc.boolean(),
          headerFrom: fc.constantFrom("example.com", "news.example.com"),
        })
        .map(record),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(rows, (records) => {
        const counter = new ReportCounter();
        counter.add(report(0, records));
        let total = 0;
        for (const domain of counter.domains.values()) {
          total += domain.messages;
          const sources = [...domain.sources.values()];
          expect(sources.reduce((sum, source) => sum + source.messages, 0)).toBe(domain.messages);
          for (const { both, dkimOnly, spfOnly, neither, messages, disposition } of [domain, ...sources]) {
            expect(both + dkimOnly + spfOnly + neither).toBe(messages);
            expect(disposition.none + disposition.quarantine + disposition.reject).toBe(messages);
          }
        }
        expect(total).toBe(records.reduce((sum, { count }) => sum + count, 0));
      }),
    );
  });

  it.each([
    [0, DAY, [0]],
    [0, DAY - 1, [0]],
    [DAY / 4, DAY / 4 + DAY, [0]],
    [0, 7 * DAY, [0, 1, 2, 3, 4, 5, 6]],
    [3600, 7200, [0]],
  ])("a report from second %i to %i covers days %j", (begin, end, days) => {
    expect(coveredDays({ begin, end })).toEqual(days);
  });
});

describe("readiness", () => {
  const good = [record({ count: 100 })];

  it.each([
    ["none", "quarantine"],
    ["quarantine", "reject"],
  ] as const)("recommends %s → %s on enough aligned mail", (policy, next) => {
    const counts = countDays(14, good, { published: { domain: "example.com", policy, testing: false } });
    expect(readiness(counts, undefined, options)).toMatchObject({
      verdict: "ready",
      current: policy,
      next,
      reasons: [],
    });
    expect(readiness(counts, domainFile(policy), options)).toMatchObject({ verdict: "ready", next });
  });

  it("never recommends on thin or old data", () => {
    expect(readiness(countDays(13, good), undefined, options)).toMatchObject({
      verdict: "thin",
      reasons: ["13 of at least 14 days with reports"],
    });
    expect(readiness(countDays(14, [record()]), undefined, options)).toMatchObject({
      verdict: "thin",
      reasons: ["14 of at least 500 messages"],
    });
    expect(readiness(countDays(14, good), undefined, { ...options, now: NOVEMBER + 60 * DAY })).toMatchObject(
      {
        verdict: "thin",
        reasons: ["the newest report is 46 days old; the maximum is 14"],
      },
    );
  });

  it("names the senders that would break, and why", () => {
    const neither = { dkimAligned: false, spfAligned: false, dkim: [] };
    const counts = countDays(14, [
      ...good,
      record({ ...neither, count: 5 }),
      record({
        ...neither,
        sourceIp: "198.51.100.1",
        count: 9,
        spf: [{ domain: "esp.example", result: "pass" }],
      }),
      record({ ...neither, sourceIp: "198.51.100.2", count: 2, reasons: ["mailing_list"] }),
      record({ ...neither, sourceIp: "198.51.100.3", count: 1 }),
    ]);
    const result = readiness(counts, undefined, options);
    expect(result).toMatchObject({ verdict: "not-ready", evidence: { messages: 1638, aligned: 1400 } });
    expect(result.breaking).toEqual([
      { ip: "198.51.100.1", kind: "other-domain", messages: 126, passes: ["esp.example"] },
      { ip: "192.0.2.1", kind: "partly", messages: 70, passes: ["example.com"] },
      { ip: "198.51.100.2", kind: "forwarder", messages: 28, passes: [] },
      { ip: "198.51.100.3", kind: "unauthenticated", messages: 14, passes: [] },
    ]);
    const ignoredSources = new Set(result.breaking.map(({ ip }) => ip).filter((ip) => ip !== "192.0.2.1"));
    expect(readiness(counts, undefined, { ...options, ignoredSources }).evidence.messages).toBe(1470);
  });

  it("waits until reporters have seen the policy of the file, and for the end of a test", () => {
    expect(readiness(countDays(14, good), domainFile("quarantine"), options)).toMatchObject({
      verdict: "not-ready",
      reasons: [expect.stringContaining("wait for newer reports")],
    });
    const testing = { domain: "example.com", policy: "quarantine" as const, testing: true };
    expect(readiness(countDays(14, good, { published: testing }), undefined, options)).toMatchObject({
      verdict: "not-ready",
      reasons: [expect.stringContaining("turn it off first")],
    });
  });

  it("has nothing to add to reject", () => {
    const published = { domain: "example.com", policy: "reject" as const, testing: false };
    expect(readiness(countDays(1, good, { published }), undefined, options)).toMatchObject({
      verdict: "done",
      reasons: [],
    });
  });

  it("never rounds up a share", () => {
    expect([percent(0.99999), percent(1), percent(0.985)]).toEqual(["99.9 %", "100 %", "98.5 %"]);
  });
});
