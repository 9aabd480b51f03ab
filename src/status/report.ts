import type { ExpectedRecord, RecordCheck } from "./dns/model.js";
import type { RecordPurpose } from "../records/model.js";
import type { DomainStatus, Verdict } from "./reading.js";

/** A record of the stack output `domains`. */
export interface StackRecord extends ExpectedRecord {
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
}

/** A value of the stack output `domains`. */
export interface StackDomain {
  readonly id: string;
  readonly domain: string;
  readonly status: DomainStatus;
  /** Absent for a parked domain, as are `region` and `identityArn`. */
  readonly customMailFromDomain?: string;
  readonly dnsRecords: readonly StackRecord[];
  readonly createdAt: string;
  readonly region?: string;
  readonly identityArn?: string;
  readonly verification: Verdict["verification"];
  /** Who publishes the records; absent: this program, in Cloudflare. */
  readonly dns?: "manual";
  /** By Region; only where the domain lives in several. */
  readonly regions?: Readonly<Record<string, Verdict>>;
}

export type RecordReport = StackRecord &
  RecordCheck & {
    /** RFC 3339; when a record that is missing or wrong was last known to be in order. */
    readonly lastOkAt?: string;
  };

/** What a look at SES and DNS came to for one domain. */
export interface DomainReport extends Omit<StackDomain, "dnsRecords"> {
  readonly dnsRecords: readonly RecordReport[];
  /** False when SES could not be asked: `status` and `verification` are then those of the stack outputs, but for `reason`. */
  readonly checked: boolean;
  /** What `--restart` has started again. */
  readonly restarted?: readonly ("DKIM" | "MAIL FROM")[];
  /** What else there is to know, e.g. that the zone is not delegated to Cloudflare. */
  readonly notes: readonly string[];
  /** What to do next; empty when there is nothing to do. */
  readonly nextStep: string;
}

/** From worst to best. */
export type Condition = "decayed" | "failed" | "at-risk" | "unchecked" | "pending" | "verified" | "parked";

const ORDER: readonly Condition[] = [
  "decayed",
  "failed",
  "at-risk",
  "unchecked",
  "pending",
  "verified",
  "parked",
];

/** Records that are shown, but that mail arrives without. */
const SHOWN_ONLY: ReadonlySet<RecordPurpose> = new Set<RecordPurpose>([
  "DMARC",
  "DMARC reports",
  "TLS-RPT",
  "MTA-STS",
  "BIMI",
]);

/** Whether a record that mail, or a parked domain's refusal of it, depends on is not there. */
export function isBroken({ purpose, state }: Pick<RecordReport, "purpose" | "state">): boolean {
  return !SHOWN_ONLY.has(purpose) && (state === "missing" || state === "wrong");
}

export function conditionOf(
  report: Pick<DomainReport, "status" | "checked" | "verification" | "dnsRecords">,
): Condition {
  if (report.checked && report.verification.decayed) return "decayed";
  if (report.checked && report.status === "Failed") return "failed";
  const settled = report.status === "Verified" || report.status === "Parked";
  if (settled && report.dnsRecords.some(isBroken)) return "at-risk";
  if (!report.checked) return "unchecked";
  if (report.status === "Parked") return "parked";
  return report.status === "Pending" ? "pending" : "verified";
}

/** Worst first, then by name. */
export function sortReports(reports: readonly DomainReport[]): DomainReport[] {
  const rank = (report: DomainReport): number => ORDER.indexOf(conditionOf(report));
  return [...reports].sort((a, b) => rank(a) - rank(b) || (a.domain < b.domain ? -1 : 1));
}

export interface ReportSummary {
  readonly total: number;
  readonly verified: number;
  readonly pending: number;
  readonly failed: number;
  /** Only where there are any. */
  readonly parked?: number;
  /** Domains, counted above by their status, that were Verified and no longer are. */
  readonly decayed: number;
  /** Domains, counted above by their last known status, that SES could not be asked about. */
  readonly unchecked: number;
}

export function summarizeReports(reports: readonly DomainReport[]): ReportSummary {
  const count = (status: DomainStatus): number => reports.filter((report) => report.status === status).length;
  return {
    total: reports.length,
    verified: count("Verified"),
    pending: count("Pending"),
    failed: count("Failed"),
    ...(count("Parked") > 0 && { parked: count("Parked") }),
    decayed: reports.filter((report) => conditionOf(report) === "decayed").length,
    unchecked: reports.filter(({ checked }) => !checked).length,
  };
}
