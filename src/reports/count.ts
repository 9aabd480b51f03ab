import { remember } from "../file/remember.js";
import { createHash } from "node:crypto";
import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";
import { registrableDomain } from "../file/names.js";
import type { AggregateReport, PublishedPolicy, ReportRecord } from "./report-types.js";

const DAY = 86_400;
/** What is counted together once there are too many to be kept apart. */
export const OTHER = "other";

/** What is kept apart at most. Senders choose From domains, sources and signatures, so their number says nothing. */
export interface CountLimits {
  /** From domains below one organizational domain; the rest is counted as `*.<organizational domain>`. */
  readonly domainsPerOrganization: number;
  /** From domains in all; the rest is counted as `*`. */
  readonly domains: number;
  /** Of one From domain, and of all. */
  readonly sourcesPerDomain: number;
  readonly sources: number;
  /** Domains with a DKIM or SPF result: for one From domain, and for one source. */
  readonly resultsPerDomain: number;
  readonly resultsPerSource: number;
  /** Days with reports on one From domain. */
  readonly days: number;
}

export const COUNT_LIMITS: CountLimits = {
  domainsPerOrganization: 1000,
  domains: 20_000,
  sourcesPerDomain: 20_000,
  sources: 200_000,
  resultsPerDomain: 1000,
  resultsPerSource: 20,
  days: 2000,
};

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
  reports: number;
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
function emptySourceCounts(ip: string): SourceCounts {
  return { ...emptyCounts(), ip, dkimDomains: new Map(), spfDomains: new Map(), reasons: new Map() };
}

export function emptyDomainCounts(domain: string, published: PublishedPolicy): DomainCounts {
  return {
    ...emptyCounts(),
    domain,
    sources: new Map(),
    dkim: new Map(),
    spf: new Map(),
    days: new Set(),
    organizations: new Set(),
    reports: 0,
    published,
    newest: 0,
  };
}

/**
 * Counts reports; the same report twice counts once. An id is unique among an organization's reports to one domain only
 * (RFC 9990), so organization, policy domain and id together say which report it is.
 */
export class ReportCounter {
  readonly domains = new Map<string, DomainCounts>();
  /** Reports by the domain whose record they speak of. */
  readonly byPolicyDomain = new Map<string, number>();
  reports = 0;
  duplicates = 0;
  private readonly seen = new Set<string>();
  private readonly perOrganization = new Map<string, number>();
  private sources = 0;

  /** @param known From domains that are kept apart in any case */
  constructor(
    private readonly known: ReadonlySet<string> = new Set(),
    private readonly limits: CountLimits = COUNT_LIMITS,
  ) {}

  /** @returns whether the report was new */
  add(report: AggregateReport): boolean {
    const policyDomain = report.published.domain;
    const key = createHash("sha256")
      .update(JSON.stringify([report.organization.toLowerCase(), policyDomain, report.reportId]))
      .digest("base64");
    if (this.seen.has(key)) {
      this.duplicates++;
      return false;
    }
    this.seen.add(key);
    this.reports++;
    if (this.byPolicyDomain.has(policyDomain) || this.byPolicyDomain.size < this.limits.domains) {
      increase(this.byPolicyDomain, policyDomain, 1);
    }
    const touched = new Set<DomainCounts>();
    for (const record of report.records) {
      const domain = this.domain(record.headerFrom, report);
      touched.add(domain);
      this.addRecord(domain, record);
    }
    for (const domain of touched) addReport(domain, report, this.limits.days);
    return true;
  }

  private domain(from: string, report: AggregateReport): DomainCounts {
    const found = this.domains.get(from);
    if (found !== undefined) return found;
    const name = this.nameFor(from, report.published.domain);
    return remember(this.domains, name, () => emptyDomainCounts(name, report.published));
  }

  /** The name under which a From domain that has not been seen yet is counted. */
  private nameFor(from: string, policyDomain: string): string {
    if (this.known.has(from)) return from;
    if (this.domains.size >= this.limits.domains + this.known.size) return "*";
    if (from === policyDomain) return from;
    const organization = registrableDomain(policyDomain) ?? policyDomain;
    const others = this.perOrganization.get(organization) ?? 0;
    if (others >= this.limits.domainsPerOrganization) return `*.${organization}`;
    this.perOrganization.set(organization, others + 1);
    return from;
  }

  private addRecord(domain: DomainCounts, record: ReportRecord): void {
    const { sourcesPerDomain, sources, resultsPerDomain, resultsPerSource } = this.limits;
    const apart =
      domain.sources.has(record.sourceIp) ||
      (domain.sources.size < sourcesPerDomain && this.sources < sources);
    const key = apart ? record.sourceIp : OTHER;
    const source = remember(domain.sources, key, () => {
      this.sources++;
      return emptySourceCounts(key);
    });
    for (const counts of [domain, source]) addMessages(counts, record);
    for (const method of ["dkim", "spf"] as const) {
      const all = addResults(record[method], record.count, domain[method], resultsPerDomain);
      for (const name of all) increaseUpTo(source[`${method}Domains`], name, record.count, resultsPerSource);
    }
    for (const reason of new Set(record.reasons)) increase(source.reasons, reason, record.count);
  }
}

function addReport(domain: DomainCounts, report: AggregateReport, maxDays: number): void {
  domain.reports++;
  domain.organizations.add(report.organization);
  for (const day of coveredDays(report)) if (domain.days.size < maxDays) domain.days.add(day);
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

function addMessages(counts: Counts, { count, dkimAligned, spfAligned, disposition }: ReportRecord): void {
  counts.messages += count;
  counts.disposition[disposition] += count;
  if (dkimAligned && spfAligned) counts.both += count;
  else if (dkimAligned) counts.dkimOnly += count;
  else if (spfAligned) counts.spfOnly += count;
  else counts.neither += count;
}

/** @returns the domains that passed */
function addResults(
  results: ReportRecord["dkim"],
  count: number,
  all: Map<string, Map<string, number>>,
  max: number,
): Set<string> {
  const passed = new Set<string>();
  // Two signatures of one domain are one message.
  const seen = new Set<string>();
  for (const { domain, result } of results) {
    const name = all.has(domain) || all.size < max ? domain : OTHER;
    const key = `${name} ${result}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const byResult = remember(all, name, () => new Map<string, number>());
    increase(byResult, result, count);
    if (result === "pass") passed.add(name);
  }
  return passed;
}

function increaseUpTo(map: Map<string, number>, key: string, by: number, max: number): void {
  increase(map, map.has(key) || map.size < max ? key : OTHER, by);
}

function increase(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
