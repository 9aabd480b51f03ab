import { Command } from "commander";
import { COMMANDS } from "./commands.js";
import { reportFailure, throwUsageErrors, wantsJson } from "./failure.js";
import { ExitCode, exitWith } from "./output.js";
import { version } from "./version.js";

/** The command that the arguments name; `help <command>` counts, so that its help is complete. */
function namedCommand(args: readonly string[]): string | undefined {
  const operands = args.filter((arg) => !arg.startsWith("-"));
  return operands[0] === "help" ? operands[1] : operands[0];
}

/** Builds the program with only the named command loaded; the others appear in the overview only. */
async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("mailstack")
    .description("Sending domains as code: Amazon SES identities and their Cloudflare DNS records.")
    .version(version())
    .usage("<command> [options]")
    .configureOutput({ outputError: () => undefined }) // reportFailure() says it once, as text or as JSON
    .configureHelp({ subcommandTerm: (command) => command.name(), showGlobalOptions: false })
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 success, 1 invalid input or a negative answer, 2 wrong usage,",
        "            3 still pending, 4 a service failed.",
        "",
        "Run mailstack <command> --help for details. MAILSTACK_DEBUG=1 adds stack traces to errors.",
      ].join("\n"),
    );
  const named = namedCommand(args);
  for (const entry of COMMANDS) {
    if (entry.name === named) {
      (await entry.load())(program);
      program.commands.find((command) => command.name() === entry.name)?.summary(entry.summary);
    } else {
      program.command(entry.name).summary(entry.summary);
    }
  }
  throwUsageErrors(program);
  return program;
}

/** A reader that closes the pipe early (`mailstack plan | head`) ends the program without an error. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}

/**
 * Runs the command line and sets the process's exit code.
 * @param args the arguments after the program's name
 */
export async function main(args: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  const json = wantsJson(args);
  const lastResort = (error: unknown): never => {
    reportFailure(error, json);
    process.exit();
  };
  process.on("uncaughtException", lastResort);
  process.on("unhandledRejection", lastResort);
  try {
    const program = await buildProgram(args);
    if (args.length === 0) {
      program.outputHelp({ error: true });
      exitWith(ExitCode.usage);
      return;
    }
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    reportFailure(error, json);
  }
}
