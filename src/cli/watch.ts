import { InvalidArgumentError } from "commander";
import { SINKS, SinkSettingError, type SinkName } from "../notices/environment.js";
import { JournalFileError } from "../notices/journal-file.js";
import type { Telling } from "../notices/tell-sinks.js";
import { Watch } from "../notices/watch.js";
import { CliError, ExitCode, note } from "./output.js";

export interface WatchFlags {
  readonly since?: string;
  readonly notify?: readonly SinkName[];
}

/** Collects `--notify`. */
export function collectSinks(text: string, earlier: readonly SinkName[] = []): readonly SinkName[] {
  const name = SINKS.find((sink) => sink === text);
  if (name === undefined) throw new InvalidArgumentError(`Choose from ${SINKS.join(", ")}.`);
  return [...earlier, name];
}

/**
 * What `--since` and `--notify` ask for.
 * @throws CliError (exit code 2) for a file or a setting that can't be used
 */
export function openWatch({ since, notify = [] }: WatchFlags): Watch | undefined {
  if (since === undefined) {
    if (notify.length === 0) return undefined;
    throw new CliError("--notify needs --since", {
      code: "missing-since",
      hint: "name the file that keeps the last known states: --since states.json",
    });
  }
  return withFailures(
    () => new Watch({ path: since, sinks: notify, env: process.env, clock: () => new Date() }),
  );
}

/** Runs it with the failures of the file and of the settings as those of the command. */
export function withFailures<T>(run: () => T): T {
  try {
    const result = run();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw toCliError(error);
    }) as T;
  } catch (error) {
    throw toCliError(error);
  }
}

function toCliError(error: unknown): unknown {
  if (error instanceof SinkSettingError) {
    const { message, hint } = error;
    return new CliError(message, { code: "bad-sink", hint });
  }
  if (error instanceof JournalFileError) {
    const { message, hint, doing, cause } = error;
    const exitCode = doing === "read" ? ExitCode.usage : ExitCode.failed;
    return new CliError(message, { exitCode, code: "bad-since-file", hint, cause });
  }
  return error;
}

/**
 * Says which sinks failed.
 * @returns whether one did
 */
export function reportSinks(tellings: readonly Telling[]): boolean {
  const failures = tellings.filter(({ problem }) => problem !== undefined);
  for (const { sink, problem, notices, told } of failures) {
    const left = notices.length - told.length;
    const again = left === 0 ? "" : `; ${left} of ${notices.length} notices are told again at the next run`;
    note(`error: ${sink} was not told everything: ${problem}${again}`);
  }
  return failures.length > 0;
}
