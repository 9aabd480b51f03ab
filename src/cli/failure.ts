import { CommanderError, type Command } from "commander";
import { CliError, ExitCode, exitWith, note, printJson, stderrColors } from "./output.js";

/** Whether to answer in JSON. Reads the raw arguments, since a failure may come before they are parsed. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options.some(
    (option, index) =>
      option === "--json" ||
      option === "--format=json" ||
      (option === "--format" && options[index + 1] === "json"),
  );
}

/** The command that was used wrongly. Commander's error doesn't name it. */
const misused = new WeakMap<CommanderError, Command>();

/** Makes a command and those below it throw what Commander would exit with, for `reportFailure`. */
export function throwUsageErrors(command: Command): void {
  command.exitOverride((error) => {
    misused.set(error, command);
    throw error;
  });
  command.commands.forEach(throwUsageErrors);
}

function helpHint(command: Command | undefined): string {
  const names: string[] = [];
  for (let at = command; at; at = at.parent ?? undefined) names.unshift(at.name());
  const what = command === undefined || command.commands.length > 0 ? "commands and options" : "its options";
  return `${names.join(" ") || "mailstack"} --help lists ${what}`;
}

function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError && error.code === "commander.help") {
    return new CliError("a subcommand is missing", { code: "missing-subcommand" });
  }
  if (error instanceof CommanderError) {
    // Commander's text: "error: unknown command 'x'\n(Did you mean y?)"
    const [message = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
    const suggestion = rest.join(" ").replace(/^\((.*)\)$/, "$1");
    return new CliError(message, {
      code: error.code.replace(/^commander\./, "").replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase()),
      hint: suggestion || helpHint(misused.get(error)),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CliError(message, {
    exitCode: ExitCode.failed,
    code: "internal",
    hint: "this is a bug in mailstack; MAILSTACK_DEBUG=1 shows where it happened",
    cause: error,
  });
}

/** Reports a failure as text on stderr or as JSON on stdout, and sets the exit code. */
export function reportFailure(error: unknown, json: boolean): void {
  if (error instanceof CommanderError && error.exitCode === 0) return; // --help and --version, already printed
  const failure = toCliError(error);
  exitWith(failure.exitCode);
  if (json) {
    const { code, message, hint, details } = failure;
    printJson({ ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }), ...details } });
  } else {
    const colors = stderrColors();
    note(`${colors.red("error")}: ${failure.message}`);
    if (failure.hint !== undefined) note(`${colors.cyan("hint")}: ${failure.hint}`);
  }
  if (process.env["MAILSTACK_DEBUG"]) {
    const origin = failure.cause ?? error;
    note(origin instanceof Error ? (origin.stack ?? origin.message) : String(origin));
  }
}
