import {
  groupAlike,
  type AlikeChange,
  type DomainChange,
  type RecordChange,
} from "../../fleet/compare-plans.js";
import type { Danger } from "../../kinds/consequence.js";
import { baseLabel, nameList, settingLabel, summarizeChanges, type Base } from "./changes.js";
import { count } from "./count.js";
import { recordCells } from "./plan.js";
import { markdownCode, markdownTable, markdownText } from "../../file/markdown.js";

const SIGNS = { outage: "🔴", risk: "🟠", notice: "🔵", routine: "⚪" } satisfies Record<Danger, string>;

function recordRows({ before, after }: RecordChange): string[][] {
  return [
    ...(before === undefined ? [] : [["−", ...recordCells(before)]]),
    ...(after === undefined ? [] : [["+", ...recordCells(after)]]),
  ];
}

function settingCell(value: string | undefined): string {
  return value === undefined ? "not set" : markdownCode(value);
}

function settingsTable({ settings }: AlikeChange): string[] {
  if (settings.length === 0) return [];
  const rows = settings.map((setting) => [
    markdownCode(settingLabel(setting)),
    settingCell(setting.before),
    settingCell(setting.after),
  ]);
  return markdownTable(["Setting", "Before", "After"], rows);
}

function recordsTable({ records, domains }: AlikeChange): string[] {
  if (records.length === 0) return [];
  return [
    `<details><summary>${count(records.length, "record")}${domains.length > 1 ? `, for example of ${domains[0]!}` : ""}</summary>`,
    "",
    ...markdownTable(["", "Type", "Purpose", "TTL", "Name", "Value"], records.flatMap(recordRows)),
    "</details>",
    "",
  ];
}

interface Section {
  readonly domains: number;
  readonly full: string;
  /** Without the records. */
  readonly short: string;
}

function section(change: AlikeChange): Section {
  const { domains, danger, kind, consequences } = change;
  const alone = domains.length === 1;
  const what = alone ? markdownCode(domains[0]!) : count(domains.length, "domain");
  const lines = [
    `#### ${SIGNS[danger]} ${what} ${kind}${alone ? "" : " in the same way"}`,
    "",
    ...(alone ? [] : [nameList(change, markdownCode), ""]),
    ...consequences.map(({ danger, message }) => `- **${danger}**: ${markdownText(message)}`),
    "",
    ...settingsTable(change),
  ];
  return {
    domains: domains.length,
    full: [...lines, ...recordsTable(change)].join("\n"),
    short: lines.join("\n"),
  };
}

/** GitHub accepts 65,536 characters in a comment; the rest is for the workflow's own text. */
const MAX_LENGTH = 60_000;

/** As much as fits in a comment: the least dangerous changes lose their records first, then are left out. */
function fit(sections: readonly Section[], base: Base): string[] {
  const texts = sections.map(({ full }) => full);
  let length = texts.reduce((sum, text) => sum + text.length + 1, 0);
  for (let last = texts.length - 1; last >= 0 && length > MAX_LENGTH; last--) {
    length -= texts[last]!.length - sections[last]!.short.length;
    texts[last] = sections[last]!.short;
  }
  while (texts.length > 1 && length > MAX_LENGTH) length -= texts.pop()!.length + 1;
  const left = sections.slice(texts.length).reduce((sum, { domains }) => sum + domains, 0);
  if (texts.every((text, index) => text === sections[index]!.full) && left === 0) return texts;
  const what = left > 0 ? `${count(left, "domain")} and some records are` : "Some records are";
  return [
    ...texts,
    `${what} left out here; ${markdownCode(`mailstack plan --base ${base.ref}`)} shows all.\n`,
  ];
}

/**
 * What a branch changes, worst first, for a pull-request comment (GitHub-flavoured Markdown); what many domains share
 * is said once.
 */
export function formatChangesMarkdown(changes: readonly DomainChange[], base: Base): string {
  const since = markdownCode(baseLabel(base));
  if (changes.length === 0) return `### Sending domains\n\nNo domain changes since ${since}.\n`;
  return [
    "### Sending domains",
    "",
    `Since ${since}: ${summarizeChanges(changes)}.`,
    "",
    ...fit(groupAlike(changes).map(section), base),
  ].join("\n");
}
