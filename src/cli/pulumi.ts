import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { CliError, ExitCode } from "./output.js";

/** What a command asks the Pulumi CLI for, or reads from a file instead. */
export interface PulumiSource {
  /** File with what the CLI would print; `-` for standard input. */
  readonly file: string | undefined;
  /** By default the one that is selected. */
  readonly stack: string | undefined;
  /** Folder of the Pulumi project. */
  readonly root: string;
}

export interface PulumiQuestion {
  /** For example `["stack", "output", "--json"]`. */
  readonly args: readonly string[];
  /** What is read, for messages: `the stack's outputs`. */
  readonly what: string;
  /** The option that names a file instead, e.g. `--outputs outputs.json`. */
  readonly option: string;
  /** Code of the error for what can't be used, e.g. `outputs`. */
  readonly noun: string;
}

/**
 * Reads JSON that the Pulumi CLI prints, from the CLI or from a file.
 * @throws CliError if there is neither, or it is not JSON
 */
export async function readFromPulumi(source: PulumiSource, question: PulumiQuestion): Promise<unknown> {
  const text = source.file === undefined ? await ask(source, question) : readFile(source.file, question);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${source.file ?? "pulumi's output"} is not JSON: ${(error as Error).message}`, {
      exitCode: ExitCode.negative,
      code: `bad-${question.noun}`,
      hint: `it must be the output of pulumi ${question.args.join(" ")}`,
      cause: error,
    });
  }
}

function readFile(path: string, { args, noun }: PulumiQuestion): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new CliError(`${path} can't be read: ${(error as Error).message}`, {
      code: `no-${noun}`,
      hint: `create it with pulumi ${args.join(" ")} > ${noun}.json`,
      cause: error,
    });
  }
}

/** Why the Pulumi CLI gave no answer. */
export interface PulumiFailure extends Error {
  /** `ENOENT` if there is no such command, else its exit code. */
  readonly code?: string | number;
  readonly stderr?: string;
}

/** The largest states are far smaller. */
const MAX_OUTPUT = 1024 * 1024 * 1024;

/**
 * What the Pulumi CLI prints.
 * @throws PulumiFailure
 */
export async function runPulumi(
  args: readonly string[],
  { stack, root }: Pick<PulumiSource, "stack" | "root">,
): Promise<string> {
  const all = [...args, "--non-interactive", ...(stack === undefined ? [] : ["--stack", stack])];
  const { stdout } = await promisify(execFile)("pulumi", all, { cwd: root, maxBuffer: MAX_OUTPUT });
  return stdout;
}

async function ask(source: PulumiSource, { args, what, option }: PulumiQuestion): Promise<string> {
  try {
    return await runPulumi(args, source);
  } catch (error) {
    const { code, stderr = "" } = error as PulumiFailure;
    if (code === "ENOENT") {
      throw new CliError("the pulumi command is not on PATH", {
        exitCode: ExitCode.failed,
        code: "no-pulumi",
        hint: `install it, or pass a file: ${option}`,
        cause: error,
      });
    }
    const said = stderr
      .trim()
      .split("\n")[0]
      ?.replace(/^error: /, "");
    throw new CliError(`pulumi could not read ${what}: ${said || (error as Error).message}`, {
      exitCode: ExitCode.failed,
      code: "pulumi-failed",
      hint: "run pulumi login, then choose the stack with pulumi stack select or --stack",
      cause: error,
    });
  }
}
