import type { Command } from "commander";
import type { Cost } from "../../drift/cost.js";
import { findDrift, refreshTargets, type DriftReport } from "../../drift/find-drift.js";
import { ownState, verifiedIdentities } from "../../drift/state.js";
import { someOf } from "../../file/some-of.js";
import { formatOption } from "../format-option.js";
import { formatDriftMarkdown } from "../format/drift-markdown.js";
import { formatDriftText } from "../format/drift.js";
import { ProgressLine } from "../format/status-progress.js";
import { openSes } from "../inspection.js";
import {
  CliError,
  ExitCode,
  exitWith,
  note,
  print,
  printJson,
  stderrColors,
  stdoutColors,
} from "../output.js";
import { openProject } from "../project.js";
import { readStackSettings } from "../stack-config.js";
import { selectNames } from "../stack-domains.js";
import { readStackState } from "../stack-state.js";

interface DriftFlags {
  readonly stack?: string;
  readonly state?: string;
  readonly targets?: boolean;
  readonly deep?: boolean;
  readonly format: "text" | "json" | "markdown";
  readonly json?: boolean;
}

export function registerDrift(program: Command): void {
  program
    .command("drift")
    .description(
      "Compares the stack's state with SES and DNS, in bulk: one call for each zone, one for each 1,000 identities.\n" +
        "Exit codes: 0 no drift; 1 drift; 4 no drift was found, but not everything could be checked.",
    )
    .argument("[domain...]", "domains to compare (default: all in the stack, and its configuration sets)")
    .option("--stack <name>", "stack to read the state from (default: the selected one)")
    .option("--state <file>", "read the state from a file written by `pulumi stack export`; - for stdin")
    .option("--deep", "read each identity and configuration set by itself too, one call a second")
    .option("--targets", "print the URNs to refresh, one per line, and nothing else; exit code 0 or 4")
    .addOption(formatOption("text", "json", "markdown"))
    .option("--json", "same as --format json")
    .action(drift);
}

async function drift(names: string[], flags: DriftFlags): Promise<void> {
  const { root } = openProject();
  const { stack, state: file, deep = false } = flags;
  const [deployment, { services, url }] = await Promise.all([
    readStackState({ file, stack, root }),
    readStackSettings({ root, stack, outputs: file }),
  ]);
  const state = ownState(deployment);
  const domains = names.length === 0 ? undefined : new Set(selectNames(state.domains, names));
  const progress = new ProgressLine(process.stderr);
  const ses = openSes(services, progress);
  try {
    const report = await findDrift(state, {
      ses,
      hosts: {
        url,
        onWait: (seconds) => progress.show(`waiting ${seconds} s, so as not to go beyond the limit of calls`),
      },
      domains,
      deep,
      verified: verifiedIdentities(deployment),
      onCost: announce,
      onProgress: (text) => progress.show(text),
    });
    progress.clear();
    if (flags.targets === true) printTargets(report);
    else printReport(report, flags.json === true ? "json" : flags.format);
  } finally {
    progress.clear();
    ses.close();
  }
}

/** Seconds from which a command says first what it costs. */
const WORTH_TELLING = 10;

function announce({ calls, seconds }: Cost): void {
  if (seconds <= WORTH_TELLING) return;
  note(`This takes about ${seconds} seconds. Calls: ${calls.join("; ")}.`);
}

/** Half of the list would repair half of the drift, and hide that the rest was never looked at. */
function printTargets(report: DriftReport): void {
  const { findings, unchecked } = report;
  if (unchecked.length > 0) {
    const [first] = unchecked;
    const all = someOf(unchecked.map(({ what }) => what));
    throw new CliError(
      `not everything could be compared, so there are no targets: ${all}: ${first!.reason}`,
      {
        exitCode: ExitCode.failed,
        code: "unchecked",
        ...(first!.hint !== undefined && { hint: first!.hint }),
        details: { unchecked },
      },
    );
  }
  print(refreshTargets(report).join("\n"));
  const byHand = findings.filter(({ refresh }) => refresh.length === 0);
  if (byHand.length === 0) return;
  const colors = stderrColors();
  const objects = someOf([...new Set(byHand.map(({ object }) => object))]);
  note(`${colors.yellow("warning")}: a refresh does not repair ${objects}; mailstack drift says what does`);
}

function printReport(report: DriftReport, format: DriftFlags["format"]): void {
  const { findings, unchecked } = report;
  if (format === "json") {
    printJson({ ok: findings.length + unchecked.length === 0, ...report, targets: refreshTargets(report) });
  } else if (format === "markdown") print(formatDriftMarkdown(report));
  else print(formatDriftText(report, stdoutColors()));
  if (findings.length > 0) exitWith(ExitCode.negative);
  else if (unchecked.length > 0) exitWith(ExitCode.failed);
}
