import type { Command } from "commander";
import { movesOf, type Move } from "../../fleet/moves.js";
import { ownDomains } from "../../fleet/stack-shares.js";
import { touchedStacks, type TouchedStack } from "../../fleet/touched.js";
import { checkStacks, type CheckedStacks } from "../check-stacks.js";
import { formatMoves, formatStacks, movesJson, stacksMatrix } from "../format/stacks.js";
import { CliError, note, print, printJson, stdoutColors } from "../output.js";
import { openProject } from "../project.js";
import { readHolders } from "../stack-holders.js";
import { projectName, readBaseStacks, type BaseStacks } from "../stack-versions.js";
import { stopOnErrors } from "../stop-on-errors.js";

interface StacksFlags {
  readonly base?: string;
  readonly moves?: boolean;
  readonly json?: boolean;
}

export function registerStacks(program: Command): void {
  program
    .command("stacks")
    .description(
      "Lists the stacks of this project: each Pulumi.<stack>.yaml, with its folder or shard and how many domains it takes.\n" +
        "With --base, lists only those that this branch touches. Reports a domain that no stack takes, or that two take.\n" +
        "With --moves, prints the commands that move domains to the stacks which take them now.",
    )
    .option("--base <ref>", "compare with the commit where this branch left <ref>, e.g. origin/main")
    .option("--moves", "print `pulumi state move` commands; without --base, reads the stacks' states")
    .option("--json", 'print {"stack":["eu","us"]}, for the matrix of a GitHub workflow')
    .action(stacks);
}

async function stacks(flags: StacksFlags): Promise<void> {
  const { root } = openProject();
  const checked = await checkStacks(root, { mayBeMissing: flags.base !== undefined });
  stopOnErrors("the stacks or their domain files", checked, flags.json === true);
  const base = flags.base === undefined ? undefined : readBaseStacks(flags.base, root, checked.stacks);
  if (flags.moves === true)
    return printMoves(await findMoves(checked, base, root), root, flags.json === true);
  const all = touchedStacks(base ?? checked, checked, base?.changed ?? { shared: [], stacks: new Set() });
  const listed = base === undefined ? all : all.filter(({ reasons }) => reasons.length > 0);
  if (base !== undefined) noteGone(base, checked);
  printStacks(listed, base !== undefined, flags.json === true);
}

/** A workflow can't run a stack whose file is gone, but its resources are still there. */
function noteGone(base: BaseStacks, { shares }: CheckedStacks): void {
  const here = new Set(shares.map(({ stack }) => stack));
  for (const { stack } of base.shares) {
    if (!here.has(stack)) note(`Pulumi.${stack}.yaml is gone: no workflow updates this stack any more`);
  }
}

function printStacks(listed: readonly TouchedStack[], withReasons: boolean, json: boolean): void {
  // One line: GITHUB_OUTPUT takes `name=value`.
  if (json) print(JSON.stringify(stacksMatrix(listed)));
  else print(formatStacks(listed, withReasons, stdoutColors()));
}

async function findMoves(
  { shares, domainsOf }: CheckedStacks,
  base: BaseStacks | undefined,
  root: string,
): Promise<readonly Move[]> {
  const holders =
    base === undefined
      ? await readHolders(shares, root)
      : base.shares.map((share) => ({
          stack: share.stack,
          accounts: share.accounts,
          domains: ownDomains(share, base.domainsOf).map(({ domain }) => domain),
        }));
  return movesOf(holders, shares, domainsOf);
}

function printMoves(moves: readonly Move[], root: string, json: boolean): void {
  const project = projectName(root);
  if (project === undefined) {
    throw new CliError("the project has no name: there is no Pulumi.yaml with one", {
      code: "no-project",
      hint: "run the command in the folder of the Pulumi project",
    });
  }
  if (json) printJson(movesJson(moves, project));
  else if (moves.length === 0) note("every domain is in the stack that takes it");
  else print(formatMoves(moves, project));
}
