import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";
import { dnsName, registrableDomain } from "../file/names.js";
import { canonicalAddress } from "./address.js";
import { ReportError } from "./limits.js";
import type { AggregateReport, DomainResult, PublishedPolicy, ReportRecord } from "./report-types.js";

const POLICIES: readonly string[] = ["none", "quarantine", "reject"];
/** RFC 9990 speaks of a day, and nobody reports on more than a month. */
const MAX_RANGE = 32 * 86_400;
const MAX_SIGNATURES = 100;
const MAX_ORGANIZATION = 200;
const MAX_NOTED = 20;
/** RFC 8601 §2.7, and what RFC 7489's schema knew besides; anything else is `unknown`. */
const RESULTS = [
  "none",
  "pass",
  "fail",
  "policy",
  "neutral",
  "softfail",
  "temperror",
  "permerror",
  "hardfail",
];
/** RFC 9990 and RFC 7489; anything else is `other`. */
const REASONS = [
  ...["local_policy", "mailing_list", "policy_test_mode", "trusted_forwarder"],
  ...["forwarded", "sampled_out"],
];

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
  private readonly names = new Map<string, string | undefined>();

  constructor(private readonly maxRecords: number) {}

  open(path: string): void {
    if (path === "record") {
      if (++this.seen > this.maxRecords)
        throw new ReportError(`it contains more than ${this.maxRecords} records`);
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
      if (this.reasons.length < MAX_NOTED) this.reasons.push(oneOf(REASONS, text) ?? "other");
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
    const domain = this.name(this.part.get("domain"));
    const result = this.part.get("result");
    if (domain === undefined || result === undefined) return;
    results.push({ domain, result: oneOf(RESULTS, result) ?? "unknown" });
  }

  private addRecord(): void {
    const fail = (why: string): void => {
      if (this.skipped.length < MAX_NOTED) this.skipped.push(`record ${this.seen}: ${why}`);
      else this.skipped[MAX_NOTED] = "and more records like these";
    };
    const sourceIp = canonicalAddress(this.row.get("row/source_ip") ?? "");
    if (sourceIp === undefined) return fail("source_ip is not an IP address");
    const count = wholeNumber(this.row.get("row/count"));
    if (count === undefined || count > 1e12) return fail("count is not a number of messages");
    const headerFrom = this.name(this.row.get("identifiers/header_from"));
    if (headerFrom === undefined) return fail("header_from is not a domain");
    const dkim = this.row.get("row/policy_evaluated/dkim")?.toLowerCase();
    const spf = this.row.get("row/policy_evaluated/spf")?.toLowerCase();
    if (dkim === undefined || spf === undefined) return fail("policy_evaluated lacks dkim or spf");
    const said = this.row.get("row/policy_evaluated/disposition")?.toLowerCase() ?? "none";
    const disposition = said === "pass" ? "none" : said;
    if (!isPolicy(disposition)) return fail("disposition is not none, pass, quarantine or reject");
    this.records.push({
      sourceIp,
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
        skipped.push(`${record.headerFrom} does not belong to ${published.domain}, the domain of the report`);
      }
    }
    return {
      // A string that may be empty, by the schema of RFC 9990; the element itself has to be there.
      organization: (
        this.fields.get("report_metadata/org_name") ?? this.required("report_metadata/org_name")
      ).slice(0, MAX_ORGANIZATION),
      reportId: this.required("report_metadata/report_id"),
      begin,
      end,
      published,
      records,
      skipped,
    };
  }

  private publishedPolicy(): PublishedPolicy {
    const domain = this.name(this.required("policy_published/domain"));
    if (domain === undefined) throw new ReportError("policy_published/domain is not a domain");
    // Reporters leave `p` empty where the record has none: RFC 9989 reads that as `none`.
    const policy = this.fields.get("policy_published/p")?.toLowerCase() || "none";
    if (!isPolicy(policy)) throw new ReportError("policy_published/p is not none, quarantine or reject");
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

  /** The same few names stand in every record, so each is looked at once. */
  private name(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    if (this.names.has(text)) return this.names.get(text);
    const name = dnsName(text);
    this.names.set(text, name);
    return name;
  }

  private dateRange(): readonly [number, number] {
    const begin = wholeNumber(this.required("report_metadata/date_range/begin"));
    const end = wholeNumber(this.required("report_metadata/date_range/end"));
    if (begin === undefined || end === undefined || end < begin) {
      throw new ReportError("report_metadata/date_range is not a range of seconds since 1970");
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

/** An xs:integer (XML Schema part 2 §3.3.13) that is not negative: decimal digits, and a plus sign at most. */
function wholeNumber(text = ""): number | undefined {
  const value = /^\+?\d{1,400}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function isPolicy(text: string): text is DmarcPolicyName {
  return POLICIES.includes(text);
}

/** The known word that a text is, in whatever case. */
function oneOf(words: readonly string[], text: string): string | undefined {
  return words.find((word) => word === text.toLowerCase());
}
