import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { parseDomains } from "../contract/parse-outputs.js";
import type { StackDomain } from "../contract/stack-outputs.js";
import { someOf } from "../file/some-of.js";
import { CliError, ExitCode } from "./output.js";

export interface StackSource {
  /** File with the JSON of `pulumi stack output --json`; `-` for standard input. */
  readonly outputs?: string;
  /** By default the one that is selected. */
  readonly stack?: string;
  /** Folder of the Pulumi project. */
  readonly root: string;
}

/**
 * The stack output `domains`, from the Pulumi CLI or from a file.
 * @throws CliError if there is neither, or the outputs are not those of this program
 */
export async function readStackDomains(source: StackSource): Promise<ReadonlyMap<string, StackDomain>> {
  const text = source.outputs === undefined ? await askPulumi(source) : readOutputsFile(source.outputs);
  return checkedDomains(parseJson(text, source), "pulumi up");
}

/**
 * The domains that the outputs name.
 * @param rewrite the command that writes the outputs again
 * @throws CliError if one of them can't be read, e.g. because another program or version wrote it
 */
export function checkedDomains(outputs: unknown, rewrite: string): ReadonlyMap<string, StackDomain> {
  const { domains, problems } = parseDomains(outputs);
  if (problems.length === 0) return new Map(Object.entries(domains));
  throw new CliError(`the stack outputs are not in mailstack's format: ${someOf(problems, { most: 1 })}`, {
    exitCode: ExitCode.negative,
    code: "bad-outputs",
    hint: `use the mailstack version that wrote them, or run ${rewrite} with this version to write them again`,
  });
}

/** The named domains, or all of them. */
export function selectDomains(
  domains: ReadonlyMap<string, StackDomain>,
  names: readonly string[],
): StackDomain[] {
  if (names.length === 0) return [...domains.values()];
  const wanted = [...new Set(names.map((name) => name.toLowerCase().replace(/\.$/, "")))];
  const unknown = wanted.filter((name) => !domains.has(name));
  if (unknown.length > 0) {
    const some = someOf([...domains.keys()]);
    throw new CliError(`the stack has no domain ${someOf(unknown)}`, {
      code: "unknown-domain",
      hint: some === "" ? "pulumi up creates the domains in the domain files" : `it has: ${some}`,
    });
  }
  return wanted.map((name) => domains.get(name)!);
}

function readOutputsFile(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new CliError(`${path} can't be read: ${(error as Error).message}`, {
      code: "no-outputs",
      hint: "create it with pulumi stack output --json > outputs.json",
      cause: error,
    });
  }
}

async function askPulumi({ stack, root }: StackSource): Promise<string> {
  const args = [
    "stack",
    "output",
    "--json",
    "--non-interactive",
    ...(stack === undefined ? [] : ["--stack", stack]),
  ];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd: root, maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string | number; stderr?: string };
    if (code === "ENOENT") {
      throw new CliError("the pulumi command is not on PATH", {
        exitCode: ExitCode.failed,
        code: "no-pulumi",
        hint: "install it, or pass a file with the outputs: --outputs outputs.json",
        cause: error,
      });
    }
    const said = stderr
      .trim()
      .split("\n")[0]
      ?.replace(/^error: /, "");
    throw new CliError(`pulumi could not read the stack's outputs: ${said || (error as Error).message}`, {
      exitCode: ExitCode.failed,
      code: "pulumi-failed",
      hint: "run pulumi login, then choose the stack with pulumi stack select or --stack",
      cause: error,
    });
  }
}

function parseJson(text: string, { outputs }: StackSource): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${outputs ?? "pulumi's output"} is not JSON: ${(error as Error).message}`, {
      exitCode: ExitCode.negative,
      code: "bad-outputs",
      hint: "it must be the output of pulumi stack output --json",
      cause: error,
    });
  }
}
