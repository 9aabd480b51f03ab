import { parseDomains } from "../contract/parse-outputs.js";
import type { StackDomain } from "../contract/stack-outputs.js";
import { someOf } from "../file/some-of.js";
import { CliError, ExitCode } from "./output.js";
import { readFromPulumi } from "./pulumi.js";

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
  const { outputs: file, stack, root } = source;
  const outputs = await readFromPulumi(
    { file, stack, root },
    {
      args: ["stack", "output", "--json"],
      what: "the stack's outputs",
      option: "--outputs outputs.json",
      noun: "outputs",
    },
  );
  return checkedDomains(outputs, "pulumi up");
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
  messages?: typeof PULUMI_MESSAGES,
): StackDomain[] {
  if (names.length === 0) return [...domains.values()];
  return selectNames([...domains.keys()], names, messages).map((name) => domains.get(name)!);
}

const PULUMI_MESSAGES = {
  stack: "the stack",
  create: "pulumi up creates the domains in the domain files",
};

/**
 * The domains that were asked for, each once, as the stack spells them.
 * @throws CliError (exit code 2) if the stack doesn't have one of them
 */
export function selectNames(
  known: readonly string[],
  names: readonly string[],
  { stack, create } = PULUMI_MESSAGES,
): string[] {
  const wanted = [...new Set(names.map((name) => name.toLowerCase().replace(/\.$/, "")))];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const some = someOf(known);
    throw new CliError(`${stack} has no domain ${someOf(unknown)}`, {
      code: "unknown-domain",
      hint: some === "" ? create : `it has: ${some}`,
    });
  }
  return wanted;
}
