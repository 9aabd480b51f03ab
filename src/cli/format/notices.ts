import { escapeMarkdown, markdownCode } from "../../file/markdown.js";
import { printable } from "../../file/printable.js";
import { headline } from "../../notices/notice.js";
import type { ToldNotice } from "../../notices/told.js";
import { count } from "./count.js";

/** What has changed since the last run; empty when nothing has. */
export function formatNotices(notices: readonly ToldNotice[]): string {
  if (notices.length === 0) return "";
  const lines = notices.flatMap((notice) => [
    `  ${printable(notice.domain)} ${headline(notice)}: ${printable(notice.reason)}`,
    ...notice.records.map((record) => `    ${printable(record)}`),
  ]);
  return [`${count(notices.length, "notice")}:`, ...lines, ""].join("\n");
}

/** The same for a job summary (GitHub-flavoured Markdown). */
export function formatNoticesMarkdown(notices: readonly ToldNotice[]): string {
  if (notices.length === 0) return "";
  const lines = notices.flatMap((notice) => [
    `- ${markdownCode(printable(notice.domain))} ${headline(notice)}: ${escapeMarkdown(printable(notice.reason))}`,
    ...notice.records.map((record) => `  - ${markdownCode(printable(record))}`),
  ]);
  return ["### Notices", "", ...lines, ""].join("\n");
}
