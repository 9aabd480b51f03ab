import { conditionOf } from "../contract/condition.js";
import type { StackDomain, StackRecord, StackSummary } from "../contract/stack-outputs.js";
import { summarize } from "../contract/summarize.js";
import type { RecordCheck } from "./dns/dns-types.js";

export type RecordReport = StackRecord &
  RecordCheck & {
    /** RFC 3339; when a record that is missing or wrong was last known to be correct. */
    readonly lastOkAt?: string;
  };

/** The result of checking SES and DNS for one domain. */
export interface DomainReport extends Omit<StackDomain, "dnsRecords"> {
  readonly dnsRecords: readonly RecordReport[];
  /** False if SES could not be asked: `status` and `verification` then come from the stack outputs, except `reason`. */
  readonly checked: boolean;
  /** What `--restart` has started again. */
  readonly restarted?: readonly ("DKIM" | "MAIL FROM")[];
  /** What else there is to know, e.g. that the zone is not delegated to Cloudflare. */
  readonly notes: readonly string[];
  /** What to do next; empty when there is nothing to do. */
  readonly nextStep: string;
}

export interface ReportSummary extends StackSummary {
  /** Domains, counted by their status, that were Verified and no longer are. */
  readonly decayed: number;
  /** Domains, counted by their last known status, that SES could not be asked about. */
  readonly unchecked: number;
}

export function summarizeReports(reports: readonly DomainReport[]): ReportSummary {
  return {
    ...summarize(reports),
    decayed: reports.filter((report) => conditionOf(report) === "decayed").length,
    unchecked: reports.filter(({ checked }) => !checked).length,
  };
}
