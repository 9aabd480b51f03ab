import { printable } from "../../file/printable.js";
import { conditionOf, type Condition } from "../../contract/condition.js";
import type { DomainReport, ReportSummary } from "../../status/domain-report.js";
import {
  dnsLabel,
  needsDetail,
  notableRecords,
  reasonOf,
  recordRemark,
  regionRemarks,
  statusLabel,
  summaryLine,
} from "./status.js";
import { escapeMarkdown, markdownCode, markdownTable } from "../../file/markdown.js";

const SIGNS: Readonly<Record<Condition, string>> = {
  decayed: "🔴",
  failed: "🔴",
  "at-risk": "🟠",
  unchecked: "⚪",
  pending: "🟡",
  verified: "🟢",
  parked: "🟢",
};

/** The state of the domains, in the order given, for a job summary (GitHub-flavoured Markdown). */
export function formatStatusMarkdown(reports: readonly DomainReport[], summary: ReportSummary): string {
  const heading = `### Sending domains\n\n${escapeMarkdown(summaryLine(summary))}.\n`;
  if (reports.length === 0) return heading;
  const rows = reports.map((report) => [
    `${SIGNS[conditionOf(report)]} ${markdownCode(report.domain)}`,
    ...[statusLabel(report), dnsLabel(report.dnsRecords), reasonOf(report)].map(escapeMarkdown),
  ]);
  const table = markdownTable(["Domain", "Status", "DNS", "Why"], rows);
  return [heading, ...table, ...reports.filter(needsDetail).flatMap(detail)].join("\n");
}

function detail(report: DomainReport): string[] {
  const rows = notableRecords(report).map((record) => [
    record.type,
    markdownCode(record.name),
    markdownCode(record.value),
    escapeMarkdown(recordRemark(record)),
  ]);
  return [
    `#### ${markdownCode(report.domain)}`,
    "",
    ...regionRemarks(report).map((remark) => `- ${escapeMarkdown(remark)}`),
    ...(report.restarted === undefined ? [] : [`- Restarted: ${report.restarted.join(" and ")}`]),
    ...report.notes.map((note) => `- ${escapeMarkdown(printable(note))}`),
    ...(report.nextStep === "" ? [] : [`- **Next**: ${escapeMarkdown(report.nextStep)}`]),
    "",
    ...(rows.length === 0 ? [] : markdownTable(["Type", "Name", "Expected", "Found"], rows)),
  ];
}
