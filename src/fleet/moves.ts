import { groupBy } from "../file/group-by.js";
import { inOrder } from "./touched.js";
import { ownDomains, type FolderDomains, type StackShare } from "./stack-shares.js";

/** Domains that one stack holds and another one is to take. */
export interface Move {
  readonly source: string;
  readonly dest: string;
  /** Sorted. */
  readonly domains: readonly string[];
}

/** A stack and the domains that it holds: by its state, or by an earlier version of the repository. */
export interface Holder {
  readonly stack: string;
  /** See `StackShare`. */
  readonly accounts: string;
  readonly domains: readonly string[];
}

/**
 * What has to move so that each stack holds what it takes. A domain moves from a stack that no longer takes it to the
 * one that does, if the two may share accounts and the new one doesn't hold the domain already.
 */
export function movesOf(
  holders: readonly Holder[],
  shares: readonly StackShare[],
  domainsOf: FolderDomains,
): readonly Move[] {
  const holding = new Map(holders.map(({ stack, domains }) => [stack, new Set(domains)]));
  const taking = new Map(
    shares.map((share) => [share.stack, new Set(ownDomains(share, domainsOf).map(({ domain }) => domain))]),
  );
  const order = inOrder(shares);
  const steps = holders.flatMap(({ stack: source, accounts, domains }) =>
    domains
      .filter((domain) => !(taking.get(source)?.has(domain) ?? false))
      .flatMap((domain) => {
        const dest = order.find(
          (share) =>
            share.stack !== source &&
            share.accounts === accounts &&
            taking.get(share.stack)!.has(domain) &&
            !(holding.get(share.stack)?.has(domain) ?? false),
        );
        return dest === undefined ? [] : [{ source, dest: dest.stack, domain }];
      }),
  );
  return [...groupBy(steps, ({ source, dest }) => `${source}\n${dest}`).values()].map((group) => ({
    source: group[0]!.source,
    dest: group[0]!.dest,
    domains: group.map(({ domain }) => domain).sort(),
  }));
}
