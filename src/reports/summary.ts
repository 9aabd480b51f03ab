import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { Location } from "../file/diagnostic.js";
import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";
import type { Counts, DomainCounts, ReportCounter } from "./count.js";
import { policyDomain, policyDomains, type PolicyDomain } from "./inherited.js";
import { publishedFor, readiness, type Readiness, type ReadinessOptions } from "./readiness.js";

/** The change of a domain file that takes the next step. */
export interface PolicyEdit {
  readonly file: string;
  /** 1-based; absent where the key is not in the file yet. */
  readonly line?: number;
  /** YAML to write there. */
  readonly text: string;
}

/** A domain's counts and verdict, as `--json` prints them. */
export interface DomainSummary extends Counts {
  readonly domain: string;
  /** Domain file; absent for unlisted domains. */
  readonly file?: string;
  /** Policy that the newest report saw. */
  readonly published: DmarcPolicyName;
  /** The domain above whose record decides; absent where the domain has its own. */
  readonly policyFrom?: string;
  /** First and last UTC day with reports, `YYYY-MM-DD`, on it or on a subdomain without a record of its own. */
  readonly from: string;
  readonly to: string;
  readonly organizations: readonly string[];
  readonly readiness: Readiness;
  /** Only when ready, and the domain has a file. */
  readonly edit?: PolicyEdit;
  /** Most messages first, as are the two below. */
  readonly sources: readonly SourceSummary[];
  readonly dkim: readonly ResultSummary[];
  readonly spf: readonly ResultSummary[];
}

export interface SourceSummary extends Counts {
  readonly ip: string;
  readonly dkimDomains: readonly string[];
  readonly spfDomains: readonly string[];
  readonly reasons: Readonly<Record<string, number>>;
}

export interface ResultSummary {
  readonly domain: string;
  /** Messages by result. */
  readonly results: Readonly<Record<string, number>>;
}

export interface Summary {
  /** Domains with a file, by name. */
  readonly domains: readonly DomainSummary[];
  /** From domains in the reports that have no file. */
  readonly unlisted: readonly DomainSummary[];
  /** Domains with a file that no report speaks of. */
  readonly silent: readonly string[];
}

/** Puts together what the reports say with what the domain files say. */
export function summarize(
  counter: ReportCounter,
  files: readonly SendingDomain[],
  options: ReadinessOptions,
): Summary {
  const byName = new Map(files.map((file) => [file.domain, file]));
  const all = policyDomains(counter, byName)
    .sort((a, b) => (a.counts.domain < b.counts.domain ? -1 : 1))
    .map((domain) => summary(domain, byName.get(domain.counts.domain), options));
  const heard = new Set(all.map(({ domain }) => domain));
  return {
    domains: all.filter(({ file }) => file !== undefined),
    unlisted: all.filter(({ file }) => file === undefined),
    silent: files.map(({ domain }) => domain).filter((domain) => !heard.has(domain)),
  };
}

function summary(
  domain: PolicyDomain,
  file: SendingDomain | undefined,
  options: ReadinessOptions,
): DomainSummary {
  const { counts } = domain;
  const verdict = readiness(domain, file, options);
  const days = [domain.counts, ...domain.inherited].flatMap((each) => [...each.days]).sort((a, b) => a - b);
  const policyFrom = policyDomain(counts, file);
  return {
    domain: counts.domain,
    ...(file === undefined ? {} : { file: file.file }),
    ...plainCounts(counts),
    published: publishedFor(counts),
    ...(policyFrom === counts.domain ? {} : { policyFrom }),
    from: date(days[0]!),
    to: date(days.at(-1)!),
    organizations: [...counts.organizations].sort(),
    readiness: verdict,
    ...(verdict.verdict === "ready" && file !== undefined && file.dmarc !== "unmanaged"
      ? { edit: policyEdit(file, verdict.next!) }
      : {}),
    sources: [...counts.sources.values()]
      .map((source) => ({
        ip: source.ip,
        ...plainCounts(source),
        dkimDomains: [...source.dkimDomains.keys()].sort(),
        spfDomains: [...source.spfDomains.keys()].sort(),
        reasons: Object.fromEntries(source.reasons),
      }))
      .sort((a, b) => b.messages - a.messages || (a.ip < b.ip ? -1 : 1)),
    dkim: results(counts.dkim),
    spf: results(counts.spf),
  };
}

function plainCounts({ messages, both, dkimOnly, spfOnly, neither, disposition }: Counts): Counts {
  return { messages, both, dkimOnly, spfOnly, neither, disposition };
}

function results(byDomain: DomainCounts["dkim"]): ResultSummary[] {
  const total = ({ results: found }: ResultSummary): number =>
    Object.values(found).reduce((sum, messages) => sum + messages, 0);
  return [...byDomain]
    .map(([domain, found]) => ({ domain, results: Object.fromEntries(found) }))
    .sort((a, b) => total(b) - total(a) || (a.domain < b.domain ? -1 : 1));
}

function date(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The line to change, or what to add where the policy comes from the defaults. */
export function policyEdit(file: SendingDomain, policy: DmarcPolicyName): PolicyEdit {
  const dmarc: Location = locate(file, ["dmarc"]);
  const at: Location = locate(file, ["dmarc", "policy"]);
  const parent = at.line === dmarc.line && at.column === dmarc.column;
  if (at.file === file.file && !parent) return { file: file.file, line: at.line, text: `policy: ${policy}` };
  return { file: file.file, text: `dmarc:\n  policy: ${policy}` };
}
