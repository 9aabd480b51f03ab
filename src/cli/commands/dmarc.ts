import { InvalidArgumentError, type Command } from "commander";
import { canonicalAddress } from "../../reports/address.js";
import { THRESHOLDS } from "../../reports/readiness.js";
import { summarize } from "../../reports/summary.js";
import { formatOption } from "../format-option.js";
import { count } from "../format/count.js";
import { formatDmarcMarkdown } from "../format/dmarc-markdown.js";
import { formatDmarcText } from "../format/dmarc.js";
import { hasErrors } from "../format/diagnostics.js";
import { checkFolder } from "../load-fleet.js";
import { ExitCode, exitWith, note, print, printJson, stdoutColors } from "../output.js";
import { addProjectOptions, type ProjectFlags } from "../project-options.js";
import { anyRegion, openProject } from "../project.js";
import { countReportFiles, type CountedFiles } from "../report-files.js";

interface DmarcFlags extends ProjectFlags {
  readonly domains?: string;
  readonly minMessages: number;
  readonly minDays: number;
  readonly minAligned: number;
  readonly maxAge: number;
  readonly ignoreSource: readonly string[];
  readonly format: "text" | "json" | "markdown";
  readonly json?: boolean;
}

export function registerDmarc(program: Command): void {
  const command = program
    .command("dmarc")
    .description(
      "Counts DMARC aggregate reports (.xml, .gz, .zip, or the .eml or .mbox they come in) by From domain and source. Shows\n" +
        "which domains are ready for the next policy and which senders would break. Needs no network.\n" +
        "Exits 1 if a file can't be read or no report is found; the other files still count.",
    )
    .argument("<paths...>", "report files, or folders of them")
    .option("--domains <folder>", "folder of domain files (default: the project's, if it has one)")
    .option("--min-messages <number>", "minimum messages for a recommendation", whole, THRESHOLDS.messages)
    .option("--min-days <number>", "minimum days with reports", whole, THRESHOLDS.days)
    .option(
      "--min-aligned <percent>",
      "minimum share of messages aligned by DKIM or SPF",
      percentage,
      THRESHOLDS.aligned * 100,
    )
    .option("--max-age <days>", "maximum age of the newest report", whole, THRESHOLDS.age)
    .option("--ignore-source <ip>", "ignore mail from a forger's address; repeatable", addresses, [])
    .addOption(formatOption("text", "json", "markdown"))
    .option("--json", "same as --format json");
  addProjectOptions(command).action(dmarc);
}

async function dmarc(paths: string[], flags: DmarcFlags): Promise<void> {
  const project = openProject(flags);
  const checked = await checkFolder(flags.domains ?? project.domainsDir, anyRegion(project), {
    mayBeMissing: flags.domains === undefined,
  });
  if (hasErrors(checked.diagnostics)) {
    note("some domain files are invalid and count as missing; mailstack validate shows why");
  }
  const counted = await countReportFiles(paths, new Set(checked.domains.map(({ domain }) => domain)));
  const thresholds = {
    messages: flags.minMessages,
    days: flags.minDays,
    aligned: flags.minAligned / 100,
    age: flags.maxAge,
  };
  const summary = summarize(counted.counter, checked.domains, {
    thresholds,
    ignoredSources: new Set(flags.ignoreSource),
    now: Date.now() / 1000,
  });
  const ok = counted.errors.length === 0 && counted.counter.reports > 0;
  const format = flags.json === true ? "json" : flags.format;
  if (format === "json") {
    const { files, errors, skipped, counter } = counted;
    const { reports, duplicates } = counter;
    printJson({ ok, files, reports, duplicates, errors, skipped, thresholds, ...summary });
  } else {
    reportProblems(counted);
    const text =
      format === "text"
        ? formatDmarcText(summary, totals(counted), stdoutColors())
        : formatDmarcMarkdown(summary, totals(counted));
    print(text);
  }
  exitWith(ok ? ExitCode.ok : ExitCode.negative);
}

function reportProblems({ errors, skipped }: CountedFiles): void {
  for (const { file, message } of errors) note(`${file}: ${message}`);
  for (const { file, message } of skipped) note(`${file}: left out: ${message}`);
}

function totals({ counter, files, errors }: CountedFiles): string {
  const duplicates = counter.duplicates === 0 ? "" : `, ${count(counter.duplicates, "duplicate")} left out`;
  const unread = errors.length === 0 ? "" : `, ${count(errors.length, "problem")}`;
  return `${count(files, "file")}, ${count(counter.reports, "report")}${duplicates}${unread}`;
}

function whole(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError("Write a whole number.");
  return Number(text);
}

function percentage(text: string): number {
  const value = Number(text.replace(/\s*%$/, ""));
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError("Write a percentage above 0, up to 100.");
  return value;
}

function addresses(text: string, before: readonly string[]): string[] {
  const address = canonicalAddress(text);
  if (address === undefined) throw new InvalidArgumentError("Write an IP address.");
  return [...before, address];
}
