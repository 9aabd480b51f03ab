import { resolve } from "node:path";
import { getRootDirectory, getStack } from "@pulumi/pulumi/metadata.js";
import { readDomainFiles } from "../domain/read.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { someOf } from "../file/some-of.js";
import { groupBy } from "../file/group-by.js";
import { checkDomains } from "../fleet/check-domains.js";
import {
  contested,
  ownDomains,
  shareText,
  type FolderDomains,
  type StackShare,
} from "../fleet/stack-shares.js";
import { accountsOf, inProject, shareOf } from "../project/shares.js";
import { BadStackFile, readStackFile, stackFileNames, type StackFile } from "../project/stack-files.js";
import { DOMAIN_COMPONENT } from "../state/urn.js";
import type { Settings } from "./stack-settings.js";
import type { KnownResource } from "./stack-state.js";

/** This stack and the others of the project that may share its accounts. */
export interface Neighbourhood {
  readonly own: StackShare;
  readonly others: readonly StackShare[];
  readonly domainsOf: FolderDomains;
}

/**
 * Reads the files of the project's other stacks, and the folders of those that may share this stack's accounts. What
 * can't be read there is not this stack's problem: `mailstack validate` reports it.
 * @param folder the domains of this stack's own folder, all shards
 */
export async function readNeighbours(
  settings: Settings,
  folder: readonly SendingDomain[],
): Promise<Neighbourhood> {
  const root = getRootDirectory() || process.cwd();
  const files = stackFileNames(root).flatMap((name) => readable(root, name));
  const mine = files.find(({ stack }) => stack === getStack());
  const { shard, defaultRegion: region } = settings;
  const nowhere = { file: `Pulumi.${getStack()}.yaml`, line: 1, column: 1 };
  const own: StackShare = {
    stack: getStack(),
    folder: inProject(root, resolve(settings.domainsDir)),
    ...(shard !== undefined && { shard }),
    ...(region !== undefined && { region }),
    accounts: mine === undefined ? "" : accountsOf(mine.config),
    places: { shard: nowhere, folder: nowhere },
  };
  const others = files
    .filter((file) => file !== mine)
    .flatMap((file) => shareOf(file, root).share ?? [])
    .filter(({ accounts }) => accounts === own.accounts);
  const sight = ({ folder, region }: StackShare): string => JSON.stringify([folder, region]);
  const read = new Map<string, readonly SendingDomain[]>([[sight(own), folder]]);
  for (const [key, [share]] of groupBy(others, sight)) {
    if (!read.has(key)) read.set(key, await domainsIn(root, share!));
  }
  return { own, others, domainsOf: (share) => read.get(sight(share)) ?? [] };
}

function readable(root: string, name: string): StackFile[] {
  try {
    return [readStackFile(root, name)];
  } catch (error) {
    if (error instanceof BadStackFile || (error as NodeJS.ErrnoException).code !== undefined) return [];
    throw error;
  }
}

async function domainsIn(root: string, { folder, region }: StackShare): Promise<readonly SendingDomain[]> {
  const { files } = await readDomainFiles([resolve(root, folder)]);
  return checkDomains(files, region === undefined ? {} : { defaultRegion: region }).domains;
}

/** Domains that another stack of the project takes as well, for the same accounts: one problem for each stack. */
export function contestedDomains({ own, others, domainsOf }: Neighbourhood): string[] {
  return others.flatMap((other) => {
    const both = contested(own, other, domainsOf).map(({ domain }) => domain);
    if (both.length === 0) return [];
    return [
      `The stack ${other.stack} takes ${shareText(other)}, and so it takes ${someOf(both)} too, for the same accounts.\n` +
        "  hint: give the stacks different shards or folders; if their accounts differ, set aws:allowedAccountIds in both. " +
        "docs/stacks.md explains it",
    ];
  });
}

/**
 * Domains that the stack holds and no longer takes, although their files are still there: they belong to another stack
 * now. The update would delete their identities and records, and mail from them would stop.
 * @param folder the domains of this stack's own folder, all shards
 * @returns one problem for each stack that takes them
 */
export function leavingDomains(
  { own, others, domainsOf }: Neighbourhood,
  folder: readonly SendingDomain[],
  known: ReadonlyMap<string, KnownResource>,
): string[] {
  const mine = new Set(ownDomains(own, domainsOf).map(({ domain }) => domain));
  const there = new Set(folder.map(({ domain }) => domain));
  const taken = others.map((share) => ({
    share,
    domains: new Set(ownDomains(share, domainsOf).map(({ domain }) => domain)),
  }));
  const leaving = [...known].flatMap(([name, { type }]) => {
    if (type !== DOMAIN_COMPONENT || mine.has(name)) return [];
    const taker = taken.find(({ domains }) => domains.has(name))?.share;
    return taker === undefined && !there.has(name) ? [] : [{ name, taker }];
  });
  return [...groupBy(leaving, ({ taker }) => taker?.stack ?? "").values()].map((group) => {
    const { taker } = group[0]!;
    const names = someOf(group.map(({ name }) => name));
    const [what, hint] =
      taker === undefined
        ? [`No stack takes ${names} now`, "add a stack for their shard; then"]
        : [`The stack ${taker.stack} (${shareText(taker)}) takes ${names} now`, "move them first:"];
    return (
      `${what}, but this stack holds them: the update would delete their identities and records.\n` +
      `  hint: ${hint} \`mailstack stacks --moves\` prints the commands that hand them over without touching live mail`
    );
  });
}
