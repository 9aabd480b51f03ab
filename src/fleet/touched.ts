import { isDeepStrictEqual } from "node:util";
import { describedSets } from "../domain/described-sets.js";
import { groupBy } from "../file/group-by.js";
import { someOf } from "../file/some-of.js";
import { comparePlans } from "./compare-plans.js";
import { partOf, type StackPart } from "./stack-part.js";
import type { FolderDomains, StackShare } from "./stack-shares.js";

/** The stacks of one version of the repository. */
export interface StackVersion {
  readonly shares: readonly StackShare[];
  readonly domainsOf: FolderDomains;
}

/** What a change touched outside the domain files. */
export interface ChangedFiles {
  /** Files that every stack depends on: the program, what it uses, and the project's file. */
  readonly shared: readonly string[];
  /** Stacks whose own file changed. */
  readonly stacks: ReadonlySet<string>;
}

export interface TouchedStack {
  readonly share: StackShare;
  /** How many domains it takes now. */
  readonly domains: number;
  /** Why it is touched; empty if it isn't. */
  readonly reasons: readonly string[];
}

/** The stacks as they are now, and why a change touches each of them. Shards come in their order. */
export function touchedStacks(
  before: StackVersion,
  after: StackVersion,
  changed: ChangedFiles,
): readonly TouchedStack[] {
  const old = new Map(before.shares.map((share) => [share.stack, share]));
  return inOrder(after.shares).map((share) => {
    const was = old.get(share.stack);
    const now = partOf(after.domainsOf(share), share.shard);
    const then = was === undefined ? NOTHING : partOf(before.domainsOf(was), was.shard);
    return {
      share,
      domains: now.domains.length,
      reasons: [
        ...(changed.shared.length > 0 ? [`${someOf(changed.shared, { most: 2 })} changed`] : []),
        ...(was === undefined
          ? ["the stack is new"]
          : changed.stacks.has(share.stack)
            ? ["its configuration changed"]
            : []),
        ...domainReasons(then, now),
      ],
    };
  });
}

const NOTHING: StackPart = { domains: [], describing: [] };

function domainReasons(then: StackPart, now: StackPart): string[] {
  const changes = groupBy(comparePlans(then.domains, now.domains), ({ kind }) => kind);
  const told = (["changed", "added", "removed"] as const).flatMap((kind) => {
    const names = (changes.get(kind) ?? []).map(({ domain }) => domain);
    return names.length === 0 ? [] : [`${someOf(names, { most: 3 })} ${kind}`];
  });
  return setsDiffer(then, now) ? [...told, "a configuration set changed"] : told;
}

/** The first shard creates the sets that domains of other shards describe. */
function setsDiffer(then: StackPart, now: StackPart): boolean {
  return !isDeepStrictEqual(describedSets(then.describing), describedSets(now.describing));
}

/** By folder, then by shard: the first shard creates the configuration sets that the others use. */
export function inOrder(shares: readonly StackShare[]): readonly StackShare[] {
  return [...shares].sort(
    (a, b) =>
      compare(a.folder, b.folder) ||
      (a.shard?.index ?? 0) - (b.shard?.index ?? 0) ||
      compare(a.stack, b.stack),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
