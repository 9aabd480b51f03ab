import { shareText } from "../../fleet/stack-shares.js";
import type { Move } from "../../fleet/moves.js";
import type { TouchedStack } from "../../fleet/touched.js";
import { domainUrn } from "../../state/urn.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";
import { formatTable } from "./table.js";

/** The stacks with what they take; with a base, also why each is touched. */
export function formatStacks(stacks: readonly TouchedStack[], withReasons: boolean, colors: Colors): string {
  if (stacks.length === 0) return withReasons ? "no stack is touched\n" : "no stack has a file\n";
  const rows = [
    ["STACK", "TAKES", "DOMAINS", ...(withReasons ? ["WHY"] : [])],
    ...stacks.map(({ share, domains, reasons }) => [
      share.stack,
      shareText(share),
      String(domains),
      ...(withReasons ? [reasons.join("; ")] : []),
    ]),
  ];
  return formatTable(rows, (cell, row) => (row === 0 ? colors.dim(cell) : cell));
}

/** What `strategy.matrix` of a GitHub workflow takes through `fromJSON`. */
export function stacksMatrix(stacks: readonly TouchedStack[]): { readonly stack: readonly string[] } {
  return { stack: stacks.map(({ share }) => share.stack) };
}

/** A command line may have 128 KiB or more for one argument, and some systems 32 KiB in all. */
const URNS_AT_ONCE = 100;

/** A move as commands for a shell, in groups that every system's command line can hold. */
export function moveCommands({ source, dest, domains }: Move, project: string): string[] {
  const commands: string[] = [];
  for (let start = 0; start < domains.length; start += URNS_AT_ONCE) {
    const urns = domains
      .slice(start, start + URNS_AT_ONCE)
      .map((domain) => domainUrn(source, project, domain));
    commands.push(
      [`pulumi state move --yes --source ${source} --dest ${dest}`, ...urns.map((urn) => `  '${urn}'`)].join(
        " \\\n",
      ),
    );
  }
  return commands;
}

/** A script: what to do first as comments, then the commands. */
export function formatMoves(moves: readonly Move[], project: string): string {
  return moves
    .map((move) =>
      [
        `# ${count(move.domains.length, "domain")} from ${move.source} to ${move.dest}`,
        ...moveCommands(move, project),
      ].join("\n"),
    )
    .map((block) => block + "\n")
    .join("\n");
}

export function movesJson(moves: readonly Move[], project: string): object {
  return { moves: moves.map((move) => ({ ...move, commands: moveCommands(move, project) })) };
}
