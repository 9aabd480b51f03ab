import type { DriftReport } from "../../drift/find-drift.js";
import type { Finding } from "../../drift/finding.js";
import { groupBy } from "../../file/group-by.js";
import { escapeMarkdown, markdownCode } from "../../file/markdown.js";
import { printable } from "../../file/printable.js";
import { byCause, changeText, driftSummary, OF_STACK } from "./drift.js";

/** GitHub accepts 65,536 characters in a comment or a job's summary part; the rest is for the workflow's own text. */
const MAX_LENGTH = 60_000;

/** The same as the text, for a job's summary or an issue (GitHub-flavoured Markdown). */
export function formatDriftMarkdown(report: DriftReport): string {
  const { findings, unchecked } = report;
  const head = ["### Drift", "", `${escapeMarkdown(driftSummary(report))}.`, ""];
  const causes = byCause(unchecked).map((cause) => `- **not checked**: ${escapeMarkdown(cause)}`);
  const sections = [...groupBy(findings, ({ domain = "" }) => domain)].map(([domain, own]) =>
    [`#### ${domain === "" ? OF_STACK : markdownCode(domain)}`, "", ...own.flatMap(items), ""].join("\n"),
  );
  const parts = [...head, ...causes, ...(causes.length > 0 ? [""] : [])];
  let length = parts.join("\n").length;
  const shown = sections.filter((section) => (length += section.length + 1) <= MAX_LENGTH);
  const left = sections.length - shown.length;
  const rest =
    left > 0 ? [`${left} more are left out here; ${markdownCode("mailstack drift")} shows all.`, ""] : [];
  return [...parts, ...shown, ...rest].join("\n");
}

function items({ kind, object, changes, inTheWay, meaning, remedy }: Finding): string[] {
  return [
    `- **${kind}**: ${escapeMarkdown(printable(object))}. ${escapeMarkdown(printable(meaning))}`,
    ...changes.map((change) => `  - ${markdownCode(printable(changeText(change)))}`),
    ...inTheWay.map((other) => `  - in the way: ${markdownCode(printable(other))}`),
    `  - to do: ${escapeMarkdown(remedy)}`,
  ];
}
