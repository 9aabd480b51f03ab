import { Option, type Command } from "commander";
import { timestamp } from "../../status/timestamp.js";
import { formatStatusHtml } from "../format/status-html.js";
import { formatStatusMarkdown } from "../format/status-markdown.js";
import { formatStatusText } from "../format/status.js";
import {
  accountWarnings,
  addInspectionOptions,
  answerJson,
  exitCodeOf,
  Inspector,
  serviceSettings,
  toAnswer,
  type Answer,
  type InspectionFlags,
} from "../inspection.js";
import { exitWith, note, print, printJson, stderrColors, stdoutColors } from "../output.js";
import { openProject } from "../project.js";
import { readStackDomains, selectDomains } from "../stack-domains.js";

export type StatusFormat = "table" | "json" | "markdown" | "html";

interface StatusFlags extends InspectionFlags {
  readonly format: StatusFormat;
  readonly json?: boolean;
}

export function registerStatus(program: Command): void {
  const command = program
    .command("status")
    .description(
      "Shows the stack's domains, worst first, with what SES and DNS say of them now.\n" +
        "Exit code: 0 all verified, 1 one failed or lost its verification or records, 3 one is pending,\n" +
        "4 one could not be checked.",
    )
    .argument("[domain...]", "domains to show (default: all of the stack)")
    .addOption(formatOption())
    .option("--json", "same as --format json");
  addInspectionOptions(command).action(async (names: string[], flags: StatusFlags) => {
    const { root } = openProject();
    const [stack, services] = await Promise.all([
      readStackDomains({ ...flags, root }),
      serviceSettings(flags, root),
    ]);
    const domains = selectDomains(stack, names);
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

export function formatOption(): Option {
  return new Option("--format <format>", "what to print")
    .choices(["table", "json", "markdown", "html"])
    .default("table");
}

/** Prints an answer; what concerns the account stands in the page, or goes to stderr beside the other formats. */
export function printAnswer(answer: Answer, format: StatusFormat): void {
  const { domains, summary } = answer;
  const warnings = accountWarnings(answer.accounts);
  if (format === "json") return printJson(answerJson(answer));
  if (format === "html") {
    return print(formatStatusHtml({ domains, summary, warnings, generatedAt: timestamp() }));
  }
  const colors = stderrColors();
  for (const warning of warnings) note(`${colors.yellow("warning")}: ${warning}`);
  if (format === "markdown") return print(formatStatusMarkdown(domains, summary));
  print(formatStatusText(domains, summary, stdoutColors()));
}
