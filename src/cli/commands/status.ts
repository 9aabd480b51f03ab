import type { Command } from "commander";
import { timestamp } from "../../status/timestamp.js";
import type { ToldNotice } from "../../notices/told.js";
import { formatOption } from "../format-option.js";
import { formatNotices, formatNoticesMarkdown } from "../format/notices.js";
import { formatStatusHtml } from "../format/status-html.js";
import { formatStatusMarkdown } from "../format/status-markdown.js";
import { formatStatusText } from "../format/status.js";
import {
  accountWarnings,
  addInspectionOptions,
  answerJson,
  exitCodeOf,
  Inspector,
  openStack,
  toAnswer,
  type Answer,
  type InspectionFlags,
} from "../inspection.js";
import { exitWith, note, print, printJson, stderrColors, stdoutColors } from "../output.js";

export type StatusFormat = "table" | "json" | "markdown" | "html";

interface StatusFlags extends InspectionFlags {
  readonly format: StatusFormat;
  readonly json?: boolean;
}

export function registerStatus(program: Command): void {
  const command = program
    .command("status")
    .description(
      "Shows the stack's domains, worst first, as SES and DNS see them now.\n" +
        "Exit codes: 0 all verified; 1 a domain failed, or lost its verification or records; 3 a domain is pending;\n" +
        "4 a domain could not be checked.",
    )
    .argument("[domain...]", "domains to show (default: all in the stack)")
    .addOption(formatOption("table", "json", "markdown", "html"))
    .option("--json", "same as --format json");
  addInspectionOptions(command).action(async (names: string[], flags: StatusFlags) => {
    const { domains, services } = await openStack(names, flags);
    const inspector = new Inspector(services);
    try {
      const inspections = await inspector.look(domains, names.length > 0);
      const answer = toAnswer(inspections, await inspector.accounts(domains));
      inspector.close();
      printAnswer(answer, flags.json === true ? "json" : flags.format);
      exitWith(exitCodeOf(answer.domains));
    } finally {
      inspector.close();
    }
  });
}

/**
 * Prints an answer. Account warnings are part of the HTML page; with the other formats they go to stderr.
 * @param notices what has changed since the last run; undefined if nobody asked
 */
export function printAnswer(answer: Answer, format: StatusFormat, notices?: readonly ToldNotice[]): void {
  const { domains, summary } = answer;
  const warnings = accountWarnings(answer.accounts);
  if (format === "json") {
    return printJson({ ...answerJson(answer), ...(notices !== undefined && { notices }) });
  }
  if (format === "html") {
    if (notices !== undefined && notices.length > 0) note(formatNotices(notices));
    return print(formatStatusHtml({ domains, summary, warnings, generatedAt: timestamp() }));
  }
  const colors = stderrColors();
  for (const warning of warnings) note(`${colors.yellow("warning")}: ${warning}`);
  if (format === "markdown") {
    return print(formatStatusMarkdown(domains, summary) + formatNoticesMarkdown(notices ?? []));
  }
  print(formatStatusText(domains, summary, stdoutColors()));
  print(formatNotices(notices ?? []));
}
