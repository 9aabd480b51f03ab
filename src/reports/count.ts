import type { DmarcPolicyName } from "../domain/model.js";
import type { AggregateReport, PublishedPolicy, ReportRecord } from "./model.js";

const DAY = 86_400;
/** Sources kept apart for one From domain; the rest is counted together under `OTHER_SOURCES`. */
const MAX_SOURCES = 20_000;
export const OTHER_SOURCES = "other";

/** Numbers of messages. `both`, `dkimOnly`, `spfOnly` and `neither` add up to `messages`, and so does `disposition`. */
export interface Counts {
  messages: number;
  both: number;
  dkimOnly: number;
  spfOnly: number;
  /** Aligned by neither: these fail DMARC. */
  neither: number;
  readonly disposition: Record<DmarcPolicyName, number>;
}

export interface SourceCounts extends Counts {
  /** IP address, or `other`. */
  readonly ip: string;
  /** Domains that passed, with their messages. */
  readonly dkimDomains: Map<string, number>;
  readonly spfDomains: Map<string, number>;
  /** Override reasons of the receivers, e.g. `forwarded`, with their messages. */
  readonly reasons: Map<string, number>;
}

/** Everything that the reports say about one From domain. */
export interface DomainCounts extends Counts {
  readonly domain: string;
  readonly sources: Map<string, SourceCounts>;
  /** Signing domains (`d=`) with the messages for each result; one message may carry several. */
  readonly dkim: Map<string, Map<string, number>>;
  readonly spf: Map<string, Map<string, number>>;
  /** UTC days that the reports cover, as days since the epoch. */
  readonly days: Set<number>;
  readonly organizations: Set<string>;
  /** Those that speak of it, numbered by the counter. */
  readonly reports: Set<number>;
  /** The newest policy that reporters saw, and the end of that report in seconds. */
  published: PublishedPolicy;
  newest: number;
}

function emptyCounts(): Counts {
  return {
    messages: 0,
    both: 0,
    dkimOnly: 0,
    spfOnly: 0,
    neither: 0,
    disposition: { none: 0, quarantine: 0, reject: 0 },
  };
}

/** A domain of which nothing has been counted yet. */
export function emptyDomainCounts(domain: string, published: PublishedPolicy): DomainCounts {
  return {
    ...emptyCounts(),
    domain,
    sources: new Map(),
    dkim: new Map(),
    spf: new Map(),
    days: new Set(),
    organizations: new Set(),
    reports: new Set(),
    published,
    newest: 0,
  };
}

/** Counts reports; the same report twice (same organization and report id) counts once. */
export class ReportCounter {
  readonly domains = new Map<string, DomainCounts>();
  reports = 0;
  duplicates = 0;
  private readonly seen = new Set<string>();

  /** @returns whether the report was new */
  add(report: AggregateReport): boolean {
    const key = JSON.stringify([report.organization.toLowerCase(), report.reportId]);
    if (this.seen.has(key)) {
      this.duplicates++;
      return false;
    }
    this.seen.add(key);
    this.reports++;
    const touched = new Set<DomainCounts>();
    for (const record of report.records) {
      const domain = this.domain(record.headerFrom, report);
      touched.add(domain);
      addRecord(domain, record);
    }
    for (const domain of touched) addReport(domain, report, this.reports);
    return true;
  }

  private domain(name: string, report: AggregateReport): DomainCounts {
    let counts = this.domains.get(name);
    if (counts === undefined) {
      counts = emptyDomainCounts(name, report.published);
      this.domains.set(name, counts);
    }
    return counts;
  }
}

function addReport(domain: DomainCounts, report: AggregateReport, number: number): void {
  domain.reports.add(number);
  domain.organizations.add(report.organization);
  for (const day of coveredDays(report)) domain.days.add(day);
  if (report.end >= domain.newest) {
    domain.newest = report.end;
    domain.published = report.published;
  }
}

/** A day's report counts for one day even where it runs from noon to noon: each whole day from the half day on. */
export function coveredDays({ begin, end }: Pick<AggregateReport, "begin" | "end">): number[] {
  const first = Math.floor((begin + Math.min(DAY, end - begin) / 2) / DAY);
  const days = Math.max(1, Math.round((end - begin) / DAY));
  return Array.from({ length: days }, (_, index) => first + index);
}

function addRecord(domain: DomainCounts, record: ReportRecord): void {
  const key =
    domain.sources.has(record.sourceIp) || domain.sources.size < MAX_SOURCES
      ? record.sourceIp
      : OTHER_SOURCES;
  let source = domain.sources.get(key);
  if (source === undefined) {
    source = {
      ...emptyCounts(),
      ip: key,
      dkimDomains: new Map(),
      spfDomains: new Map(),
      reasons: new Map(),
    };
    domain.sources.set(key, source);
  }
  for (const counts of [domain, source]) addMessages(counts, record);
  addResults(record.dkim, record.count, domain.dkim, source.dkimDomains);
  addResults(record.spf, record.count, domain.spf, source.spfDomains);
  for (const reason of new Set(record.reasons)) increase(source.reasons, reason, record.count);
}

function addMessages(counts: Counts, { count, dkimAligned, spfAligned, disposition }: ReportRecord): void {
  counts.messages += count;
  counts.disposition[disposition] += count;
  if (dkimAligned && spfAligned) counts.both += count;
  else if (dkimAligned) counts.dkimOnly += count;
  else if (spfAligned) counts.spfOnly += count;
  else counts.neither += count;
}

function addResults(
  results: ReportRecord["dkim"],
  count: number,
  all: Map<string, Map<string, number>>,
  passed: Map<string, number>,
): void {
  // Two signatures of one domain are one message.
  const seen = new Set<string>();
  for (const { domain, result } of results) {
    const key = `${domain} ${result}`;
    if (seen.has(key)) continue;
    seen.add(key);
    let byResult = all.get(domain);
    if (byResult === undefined) all.set(domain, (byResult = new Map()));
    increase(byResult, result, count);
    if (result === "pass") increase(passed, domain, count);
  }
}

function increase(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
