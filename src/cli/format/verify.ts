import { isWell, worstFirst } from "../../contract/condition.js";
import { summarizeReports } from "../../status/domain-report.js";
import type { DomainReport } from "../../status/domain-report.js";
import { reasonOf, summaryLine } from "./status.js";

/** How many of the waiting domains are named. */
const NAMED = 5;

/** The result of a check in a few lines: the counts, and what it waits for. */
export function formatRound(reports: readonly DomainReport[]): string {
  const waiting = worstFirst(reports).filter((report) => !isWell(report));
  const more = waiting.length - NAMED;
  return [
    summaryLine(summarizeReports(reports)),
    ...waiting.slice(0, NAMED).map((report) => `  ${report.domain}: ${reasonOf(report)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join("\n");
}
