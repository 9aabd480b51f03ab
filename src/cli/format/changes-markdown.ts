import type { Danger, DomainChange, RecordChange } from "../../fleet/changes.js";
import type { MailRecord } from "../../records/model.js";
import { baseLabel, settingLabel, summarizeChanges, type Base } from "./changes.js";
import { count } from "./count.js";
import { purposeLabel, ttlLabel } from "./plan.js";
import { escapeMarkdown, markdownCode } from "./table.js";

const SIGNS = { outage: "🔴", risk: "🟠", notice: "🔵", routine: "⚪" } satisfies Record<Danger, string>;

/** A message whose `backticks` are kept as code; all else in it is plain text. */
function markdownText(message: string): string {
  const parts = message.split("`");
  if (parts.length % 2 === 0) return escapeMarkdown(message);
  return parts.map((part, index) => (index % 2 === 1 ? markdownCode(part) : escapeMarkdown(part))).join("");
}

function recordRow(sign: string, record: MailRecord): string {
  const cells = [
    sign,
    record.type,
    purposeLabel(record),
    ttlLabel(record),
    markdownCode(record.name),
    markdownCode(record.value),
  ];
  return `| ${cells.join(" | ")} |`;
}

function recordRows({ before, after }: RecordChange): string[] {
  return [
    ...(before === undefined ? [] : [recordRow("−", before)]),
    ...(after === undefined ? [] : [recordRow("+", after)]),
  ];
}

function settingsTable({ settings }: DomainChange): string[] {
  if (settings.length === 0) return [];
  return [
    "| Setting | Before | After |",
    "| --- | --- | --- |",
    ...settings.map(
      (setting) =>
        `| ${markdownCode(settingLabel(setting))} | ${markdownCode(setting.before ?? "")} | ${markdownCode(setting.after ?? "")} |`,
    ),
    "",
  ];
}

function recordsTable({ records }: DomainChange): string[] {
  if (records.length === 0) return [];
  return [
    `<details><summary>${count(records.length, "record")}</summary>`,
    "",
    "| | Type | Purpose | TTL | Name | Value |",
    "| --- | --- | --- | --- | --- | --- |",
    ...records.flatMap(recordRows),
    "",
    "</details>",
    "",
  ];
}

/** What a branch changes, worst first, for a pull-request comment (GitHub-flavoured Markdown). */
export function formatChangesMarkdown(changes: readonly DomainChange[], base: Base): string {
  const since = markdownCode(baseLabel(base));
  if (changes.length === 0) return `### Sending domains\n\nNo domain changes since ${since}.\n`;
  return [
    "### Sending domains",
    "",
    `Since ${since}: ${summarizeChanges(changes)}.`,
    "",
    ...changes.flatMap((change) => [
      `#### ${SIGNS[change.danger]} ${markdownCode(change.domain)} ${change.kind}`,
      "",
      ...change.consequences.map(({ danger, message }) => `- **${danger}**: ${markdownText(message)}`),
      "",
      ...settingsTable(change),
      ...recordsTable(change),
    ]),
  ].join("\n");
}
