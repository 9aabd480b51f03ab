import { escapeMarkdown, markdownCode, markdownTable, markdownText } from "../../file/markdown.js";
import { printable } from "../../file/printable.js";
import type { CannotTell } from "../../guard/cannot-tell.js";
import type { Finding } from "../../guard/finding.js";
import type { GuardResult } from "../../guard/guard.js";
import type { Difference } from "../../guard/review.js";
import { acceptLines, GUARD_FILE } from "../../guard/settings.js";
import { count } from "./count.js";
import { NOT_BASED, NOT_REVIEWED, REVIEW_AGAIN, spentText, verdictOf, type GuardContext } from "./guard.js";

const TITLE = "### Guard";

/** GitHub accepts 65,536 characters in a comment; the rest is for the workflow's own text. */
const MAX_LENGTH = 60_000;

const text = (message: string): string => markdownText(printable(message));

function findingSection(finding: Finding): string {
  const { rule, change, consequences, accepted } = finding;
  if (accepted !== undefined) return `- accepted: ${text(change)} – ${escapeMarkdown(printable(accepted))}`;
  return [
    `#### 🛑 ${text(change)}`,
    "",
    ...consequences.map(({ danger, message }) => `- **${danger}**: ${text(message)}`),
    "",
    `To let it pass (${markdownCode(rule)}), add this to ${markdownCode(GUARD_FILE)} under ${markdownCode("accept:")}, and say why:`,
    "",
    "```yaml",
    ...acceptLines(finding),
    "```",
    "",
  ].join("\n");
}

function differenceCells({ what, reviewed, now }: Difference): string[] {
  const cell = (value: string | undefined): string =>
    value === undefined ? "nothing" : markdownCode(printable(value));
  return [markdownCode(printable(what)), cell(reviewed), cell(now)];
}

function differencesSection(differences: readonly Difference[]): string[] {
  if (differences.length === 0) return [];
  return [
    `#### 🛑 ${NOT_REVIEWED}`,
    "",
    ...markdownTable(["What", "Reviewed", "Now"], differences.map(differenceCells)),
    `${REVIEW_AGAIN}.`,
    "",
  ];
}

/** What stops a change, for a pull-request comment (GitHub-flavoured Markdown). */
export function formatGuardMarkdown(result: GuardResult, { based }: GuardContext): string {
  const { ok, review, findings, spent, differences } = result;
  const open = findings.filter(({ accepted }) => accepted === undefined).map(findingSection);
  const accepted = findings.filter((finding) => finding.accepted !== undefined).map(findingSection);
  const end = [
    ...accepted,
    ...spent.map((entry) => `- ⚠️ ${text(spentText(entry, review.stack))}`),
    ...(based ? [] : ["", text(NOT_BASED)]),
  ];
  const start = [
    TITLE,
    "",
    `${ok ? "✅" : "🛑"} ${text(verdictOf(result))}`,
    "",
    ...differencesSection(differences),
  ];
  return [...fit(start, open, end), ""].join("\n");
}

/** As many findings as fit in a comment. */
function fit(start: readonly string[], open: readonly string[], end: readonly string[]): string[] {
  const rest = [...start, ...end].join("\n").length;
  let length = rest;
  const shown = open.filter((section) => (length += section.length + 1) <= MAX_LENGTH);
  const left = open.length - shown.length;
  const more =
    left > 0
      ? [`${count(left, "more dangerous change")}: ${markdownCode("mailstack guard")} shows all.`, ""]
      : [];
  return [...start, ...shown, ...more, ...end];
}

/** Why a preview can't be judged, for the same place. */
export function formatCannotTell({ message, hint }: CannotTell): string {
  return [
    TITLE,
    "",
    `🛑 The preview can't be judged, so the change is stopped: ${text(message)}`,
    "",
    text(hint),
    "",
  ].join("\n");
}
