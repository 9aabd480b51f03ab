import { conditionOf, isBroken, isWell } from "../../contract/condition.js";
import type { StackSummary } from "../../contract/stack-outputs.js";
import type { DomainReport, RecordReport, ReportSummary } from "../../status/domain-report.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";
import { printable } from "../../file/printable.js";
import { formatTable } from "./table.js";

/** A status with a remark, as people read it. */
export function statusLabel(report: DomainReport): string {
  switch (conditionOf(report)) {
    case "decayed":
      return `${report.status} (was Verified)`;
    case "at-risk":
      return `${report.status} (at risk)`;
    case "unchecked":
      return `${report.status} (not checked)`;
    default:
      return report.status;
  }
}

/** `6/6 ok`, or with the other states. */
export function dnsLabel(records: readonly RecordReport[]): string {
  const of = (state: RecordReport["state"]): number =>
    records.filter((record) => record.state === state).length;
  const parts = (["wrong", "missing", "unknown"] as const)
    .filter((state) => of(state) > 0)
    .map((state) => `${of(state)} ${state}`);
  return [`${of("ok")}/${records.length} ok`, ...parts].join(", ");
}

/** @param summary of the stack's domains, or of what was found in looking at them */
export function summaryLine(summary: StackSummary & Partial<ReportSummary>): string {
  const { total, verified, pending, failed, parked, decayed = 0, unchecked = 0 } = summary;
  const rest = [
    ...(parked === undefined ? [] : [`, ${parked} parked`]),
    ...(decayed > 0 ? [`; ${decayed} no longer verified`] : []),
    ...(unchecked > 0 ? [`; ${unchecked} could not be checked`] : []),
  ];
  return `${count(total, "domain")}: ${verified} verified, ${pending} pending, ${failed} failed${rest.join("")}`;
}

/** What SES says of the identity, of DKIM and of MAIL FROM; empty for a domain without identity. */
export function stateLabels({ verification }: DomainReport): string[] {
  const { identity, dkim, mailFrom } = verification;
  return [identity, dkim, mailFrom].map((state) => (state === "NONE" ? "" : state));
}

/** Where the domain lives: each of its Regions. Empty for a domain without identity. */
export function regionLabel({ region = "", regions }: DomainReport): string {
  return regions === undefined ? region : Object.keys(regions).join(", ");
}

/**
 * What SES says in each Region of a domain that has several, unless all are well: the status is that of the worst one.
 * What SES said before a restart no longer holds.
 */
export function regionRemarks({ regions = {}, restarted }: DomainReport): string[] {
  const states = Object.entries(regions);
  if (restarted !== undefined) return [];
  if (states.every(([, { status }]) => status === "Verified")) return [];
  return states.map(([name, { status, verification }]) =>
    printable(`${name}: ${status}: ${verification.reason}`),
  );
}

/** Why the status is what it is; for a domain that decayed, that begins with when it was last verified. */
export function reasonOf({ verification }: DomainReport): string {
  return printable(verification.reason);
}

/** What is known about a record in addition to its state. */
export function recordRemark({ state, found, lastOkAt, reason }: RecordReport): string {
  const instead = found === undefined ? "" : `found ${found.join(" and ")}`;
  const since = lastOkAt === undefined ? "" : `correct until ${lastOkAt}`;
  const parts = [state === "ok" ? "" : state, instead, since, reason ?? ""];
  return printable(parts.filter((part) => part !== "").join("; "));
}

/** Records that deserve a line of their own: everything but an undisputed `ok`. */
export function notableRecords({ dnsRecords }: DomainReport): readonly RecordReport[] {
  return dnsRecords.filter(({ state, reason }) => state !== "ok" || reason !== undefined);
}

export function needsDetail(report: DomainReport): boolean {
  return (
    !isWell(report) ||
    notableRecords(report).length > 0 ||
    report.notes.length > 0 ||
    report.restarted !== undefined
  );
}

/** Table of the domains, in the given order, and below it details of those that are not well. */
export function formatStatusText(
  reports: readonly DomainReport[],
  summary: ReportSummary,
  colors: Colors,
): string {
  if (reports.length === 0) return "the stack has no domains\n";
  const header = ["DOMAIN", "STATUS", "DNS", "IDENTITY", "DKIM", "MAIL FROM", "REGION"];
  const rows = reports.map((report) => [
    report.domain,
    statusLabel(report),
    dnsLabel(report.dnsRecords),
    ...stateLabels(report),
    regionLabel(report),
  ]);
  const table = formatTable([header, ...rows], (cell, row, column) => {
    if (row === 0) return colors.dim(cell);
    return column === 1 ? paintOf(reports[row - 1]!, colors)(cell) : cell;
  });
  const details = reports.filter(needsDetail).map((report) => detail(report, colors));
  return [table, ...details, `${summaryLine(summary)}\n`].join("\n");
}

function paintOf(report: DomainReport, colors: Colors): (text: string) => string {
  if (isWell(report)) return colors.green;
  const condition = conditionOf(report);
  return condition === "decayed" || condition === "failed" ? colors.red : colors.yellow;
}

function detail(report: DomainReport, colors: Colors): string {
  const paint = paintOf(report, colors);
  const lines = [
    `${colors.bold(report.domain)}  ${paint(statusLabel(report))}: ${reasonOf(report)}`,
    ...regionRemarks(report).map((remark) => `  ${remark}`),
    ...(report.restarted === undefined ? [] : [`  restarted: ${report.restarted.join(" and ")}`]),
    ...notableRecords(report).flatMap((record) => [
      `  ${isBroken(record) ? colors.red("✗") : "·"} ${record.type} ${record.name} (${record.purpose}): ${recordRemark(record)}`,
      ...(record.state === "missing" || record.state === "wrong" ? [`      expected ${record.value}`] : []),
    ]),
    ...report.notes.map((note) => `  ${printable(note)}`),
    ...(report.nextStep === "" ? [] : [`  ${colors.cyan("next")}: ${report.nextStep}`]),
  ];
  return lines.map((line) => line + "\n").join("");
}
