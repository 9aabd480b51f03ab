import { isIP } from "node:net";
import type { DmarcPolicyName } from "../domain/model.js";
import { canonicalName, registrableDomain } from "../domain/names.js";
import { ReportError } from "./limits.js";
import type { AggregateReport, DomainResult, PublishedPolicy, ReportRecord } from "./model.js";

const POLICIES: readonly string[] = ["none", "quarantine", "reject"];
/** RFC 9990 speaks of a day, and nobody reports on more than a month. */
const MAX_RANGE = 32 * 86_400;
const MAX_SIGNATURES = 100;
const MAX_NOTED = 20;

type Fields = Map<string, string>;

/** Puts a report together from elements as they open and close; paths are relative to the root element. */
export class ReportBuilder {
  private readonly fields: Fields = new Map();
  private readonly records: ReportRecord[] = [];
  private readonly skipped: string[] = [];
  private row: Fields = new Map();
  private part: Fields = new Map();
  private dkim: DomainResult[] = [];
  private spf: DomainResult[] = [];
  private reasons: string[] = [];
  private seen = 0;

  constructor(private readonly maxRecords: number) {}

  open(path: string): void {
    if (path === "record") {
      if (++this.seen > this.maxRecords)
        throw new ReportError(`it holds more than ${this.maxRecords} records`);
      this.row = new Map();
      this.dkim = [];
      this.spf = [];
      this.reasons = [];
    }
    if (path === "record/auth_results/dkim" || path === "record/auth_results/spf") this.part = new Map();
  }

  close(path: string, text: string): void {
    if (path === "record") return this.addRecord();
    if (path === "record/auth_results/dkim") return this.addResult(this.dkim);
    if (path === "record/auth_results/spf") return this.addResult(this.spf);
    if (path === "record/row/policy_evaluated/reason/type") {
      if (this.reasons.length < MAX_NOTED) this.reasons.push(text.toLowerCase());
    } else if (/^record\/auth_results\/(?:dkim|spf)\/(?:domain|result)$/.test(path)) {
      this.part.set(path.slice(path.lastIndexOf("/") + 1), text);
    } else if (path.startsWith("record/")) {
      this.row.set(path.slice("record/".length), text);
    } else if (!this.fields.has(path)) {
      this.fields.set(path, text);
    }
  }

  private addResult(results: DomainResult[]): void {
    if (results.length >= MAX_SIGNATURES) return;
    const domain = name(this.part.get("domain"));
    const result = this.part.get("result")?.toLowerCase().slice(0, 40);
    if (domain !== undefined && result !== undefined) results.push({ domain, result });
  }

  private addRecord(): void {
    const fail = (why: string): void => {
      if (this.skipped.length < MAX_NOTED) this.skipped.push(`record ${this.seen}: ${why}`);
      else this.skipped[MAX_NOTED] = "and more records like these";
    };
    const sourceIp = this.row.get("row/source_ip") ?? "";
    if (isIP(sourceIp) === 0) return fail("source_ip is no IP address");
    const count = Number(this.row.get("row/count") || NaN);
    if (!Number.isInteger(count) || count < 0 || count > 1e12) return fail("count is no number of messages");
    const headerFrom = name(this.row.get("identifiers/header_from"));
    if (headerFrom === undefined) return fail("header_from is no domain");
    const dkim = this.row.get("row/policy_evaluated/dkim")?.toLowerCase();
    const spf = this.row.get("row/policy_evaluated/spf")?.toLowerCase();
    if (dkim === undefined || spf === undefined) return fail("policy_evaluated lacks dkim or spf");
    const said = this.row.get("row/policy_evaluated/disposition")?.toLowerCase() ?? "none";
    const disposition = said === "pass" ? "none" : said;
    if (!isPolicy(disposition)) return fail("disposition is none of none, pass, quarantine, reject");
    this.records.push({
      sourceIp: sourceIp.toLowerCase(),
      count,
      disposition,
      dkimAligned: dkim === "pass",
      spfAligned: spf === "pass",
      headerFrom,
      dkim: this.dkim,
      spf: this.spf,
      reasons: this.reasons,
    });
  }

  /** @throws ReportError when something is missing without which a report counts for nothing */
  finish(): AggregateReport {
    const published = this.publishedPolicy();
    const [begin, end] = this.dateRange();
    const organizational = registrableDomain(published.domain);
    const records: ReportRecord[] = [];
    const skipped = [...this.skipped];
    for (const record of this.records) {
      // A report on one domain must not be able to say anything about another.
      if (registrableDomain(record.headerFrom) === organizational) records.push(record);
      else if (skipped.length < MAX_NOTED) {
        skipped.push(
          `${record.headerFrom} does not belong to ${published.domain}, which the report is about`,
        );
      }
    }
    return {
      organization: this.required("report_metadata/org_name"),
      reportId: this.required("report_metadata/report_id"),
      begin,
      end,
      published,
      records,
      skipped,
    };
  }

  private publishedPolicy(): PublishedPolicy {
    const domain = name(this.required("policy_published/domain"));
    if (domain === undefined) throw new ReportError("policy_published/domain is no domain");
    // Reporters leave `p` empty where the record has none: RFC 9989 reads that as `none`.
    const policy = this.fields.get("policy_published/p")?.toLowerCase() || "none";
    if (!isPolicy(policy)) throw new ReportError("policy_published/p is none of none, quarantine, reject");
    const subdomainPolicy = this.fields.get("policy_published/sp")?.toLowerCase() ?? "";
    const nonexistentSubdomainPolicy = this.fields.get("policy_published/np")?.toLowerCase() ?? "";
    return {
      domain,
      policy,
      ...(isPolicy(subdomainPolicy) ? { subdomainPolicy } : {}),
      ...(isPolicy(nonexistentSubdomainPolicy) ? { nonexistentSubdomainPolicy } : {}),
      testing: this.fields.get("policy_published/testing")?.toLowerCase() === "y",
    };
  }

  private dateRange(): readonly [number, number] {
    const begin = Number(this.required("report_metadata/date_range/begin"));
    const end = Number(this.required("report_metadata/date_range/end"));
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
      throw new ReportError("report_metadata/date_range is no range of seconds since 1970");
    }
    if (end - begin > MAX_RANGE || end > 32_503_680_000) {
      throw new ReportError("report_metadata/date_range is longer than a month, or ends after the year 3000");
    }
    return [begin, end];
  }

  private required(path: string): string {
    const text = this.fields.get(path);
    if (text === undefined || text === "")
      throw new ReportError(`it is not a complete report: ${path} is missing`);
    return text;
  }
}

function isPolicy(text: string): text is DmarcPolicyName {
  return POLICIES.includes(text);
}

/** Names in reports are data of strangers; a name with an underscore, as some selectors' domains have, is none here. */
function name(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const result = canonicalName(text);
  return "name" in result ? result.name : undefined;
}
