import type { Command } from "commander";
import type { Operation, Progress, RunResult } from "#sandbox";
import { summarize } from "../../contract/summarize.js";
import { ExitCode, exitWith, note, print, printJson, stderrColors, stdoutColors } from "../output.js";
import { addEngineOptions, parseCount, type EngineFlags } from "./options.js";
import { sandboxDomains, shownOutputs } from "./sandbox-outputs.js";
import { summaryLine } from "../format/status.js";
import { statusTable } from "./tables.js";
import { failureTexts } from "./failures.js";
import { changesLine, failedLine, progressLine } from "./progress.js";
import { refreshThenUp } from "./refresh-first.js";
import { abortOnInterrupt, withSession } from "./session.js";

interface RunFlags extends EngineFlags {
  readonly refresh?: boolean;
  readonly expectNoChanges?: boolean;
  readonly parallel?: number;
}

const DESCRIPTIONS: Readonly<Record<Operation, string>> = {
  preview: "Shows what an update of the sandbox would change.",
  up: "Creates or updates the domains in the sandbox, with the program that runs in production.",
  refresh: "Updates the stack's state to match the sandbox's services.",
  destroy: "Deletes everything that the stack has in the sandbox.",
};

/** Declares `sandbox preview`, `up`, `refresh` or `destroy`. */
export function registerRun(sandbox: Command, operation: Operation): void {
  const command = addEngineOptions(sandbox.command(operation).description(DESCRIPTIONS[operation]))
    .option("--expect-no-changes", "fail (exit code 1) if anything changes")
    .option("--parallel <n>", "number of operations at once (default: the engine's)", parseCount);
  if (operation === "preview" || operation === "up") {
    command.option("--refresh", "refresh the resources first");
  }
  command.action((flags: RunFlags) => run(operation, flags));
}

async function run(operation: Operation, flags: RunFlags): Promise<void> {
  const colors = stderrColors();
  const { result, engine } = await withSession(flags, async ({ engine, config, secrets }) => {
    const options = {
      config,
      secrets,
      signal: abortOnInterrupt(),
      onProgress: (progress: Progress) => {
        const line = progressLine(progress, colors);
        if (line !== undefined) note(line);
      },
      ...(flags.expectNoChanges !== undefined && { expectNoChanges: flags.expectNoChanges }),
      ...(flags.parallel !== undefined && { parallel: flags.parallel }),
    };
    const refresh = flags.refresh === true;
    return {
      engine: engine.description,
      result: await (refresh && operation === "up"
        ? refreshThenUp(engine, options)
        : engine.run({ ...options, operation, ...(refresh && { refresh }) })),
    };
  });
  for (const text of failureTexts(result.failures)) note(`${colors.red("error")}: ${text}`);
  if (flags.json) printJson(asJson(result, operation, engine));
  else show(result, operation);
  exitWith(result.ok ? ExitCode.ok : result.failedSteps > 0 ? ExitCode.failed : ExitCode.negative);
}

function asJson(result: RunResult, operation: Operation, engine: string): Record<string, unknown> {
  const { ok, changes, steps, errors, warnings, outputs } = result;
  const shown = operation === "destroy" ? {} : shownOutputs(outputs);
  return { ok, engine, changes, steps, errors, warnings, ...shown };
}

function show(result: RunResult, operation: Operation): void {
  const colors = stdoutColors();
  const future = operation === "preview";
  if (result.ok) print(`${colors.green("ok")} ${changesLine(result.changes, future)}`);
  else print(`${colors.red("failed")} ${failedLine(result, future)}`);
  if (operation === "destroy" || operation === "refresh" || !result.ok) return;
  const domains = Object.values(sandboxDomains(result.outputs));
  if (domains.length === 0) return;
  print("");
  print(statusTable(domains, colors));
  print(summaryLine(summarize(domains)));
}
