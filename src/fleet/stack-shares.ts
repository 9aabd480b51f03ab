import { describedSets, setKey } from "../domain/described-sets.js";
import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic, Location } from "../file/diagnostic.js";
import { brokenRule } from "../file/problem.js";
import { groupBy } from "../file/group-by.js";
import { someOf } from "../file/some-of.js";
import { shardText, takes, type Shard } from "./shard.js";
import { partOf } from "./stack-part.js";

/** What a stack's configuration says of the domains it takes. */
export interface StackShare {
  readonly stack: string;
  /** Folder of the domain files, relative to the project, with `/`. */
  readonly folder: string;
  /** Absent: the stack takes the whole folder. */
  readonly shard?: Shard;
  /** `aws:region`. */
  readonly region?: string;
  /**
   * The settings that tell accounts apart, as text; empty if the configuration has none. Stacks with different texts
   * use different accounts. Whether those with the same text use the same ones is certain only if it isn't empty.
   */
  readonly accounts: string;
  /** Places of the keys in the stack's file. */
  readonly places: { readonly shard: Location; readonly folder: Location };
}

type Sharded = StackShare & { readonly shard: Shard };

/** The domains of a share's folder, as its stack sees them. */
export type FolderDomains = (share: StackShare) => readonly SendingDomain[];

/** `2/8 of domains`, or the folder alone. */
export function shareText({ folder, shard }: StackShare): string {
  return shard === undefined ? folder : `${shardText(shard)} of ${folder}`;
}

/** The domains that the stack takes. */
export function ownDomains(share: StackShare, domainsOf: FolderDomains): readonly SendingDomain[] {
  return partOf(domainsOf(share), share.shard).domains;
}

/** Whether two stacks use the same accounts for certain. Shards of one folder say so by being shards. */
export function surelySameAccounts(a: StackShare, b: StackShare): boolean {
  if (a.accounts !== b.accounts) return false;
  return a.accounts !== "" || (a.folder === b.folder && a.shard !== undefined && b.shard !== undefined);
}

/** The stacks that may share accounts, together. */
export function fleetsOf(shares: readonly StackShare[]): readonly (readonly StackShare[])[] {
  return [...groupBy(shares, ({ accounts }) => accounts).values()];
}

/** Domains that no stack takes, or that several take. */
export function shareProblems(shares: readonly StackShare[], domainsOf: FolderDomains): Diagnostic[] {
  return fleetsOf(shares).flatMap((fleet) => [
    ...[...groupBy(fleet, ({ folder }) => folder).values()].flatMap((stacks) =>
      folderProblems(stacks, domainsOf),
    ),
    ...setProblems(fleet, domainsOf),
  ]);
}

function folderProblems(stacks: readonly StackShare[], domainsOf: FolderDomains): Diagnostic[] {
  const sharded = stacks.filter(isSharded);
  const whole = stacks.filter((share) => !isSharded(share));
  const [first] = sharded;
  if (first === undefined) return overlapProblems(whole, domainsOf);
  return [
    ...(sharded.some(({ shard }) => shard.count !== first.shard.count)
      ? [mixedProblem(sharded, domainsOf(first))]
      : [...twiceProblems(sharded), ...missingProblem(sharded, domainsOf(first))]),
    ...whole.map((share) => besideProblem(share, sharded)),
  ];
}

function isSharded(share: StackShare): share is Sharded {
  return share.shard !== undefined;
}

function mixedProblem(sharded: readonly Sharded[], domains: readonly SendingDomain[]): Diagnostic {
  const [first] = sharded as [Sharded, ...Sharded[]];
  const other = sharded.find(({ shard }) => shard.count !== first.shard.count)!;
  const takers = ({ domain }: SendingDomain): readonly Sharded[] =>
    sharded.filter(({ shard }) => takes(shard, domain));
  const none = domains.filter((domain) => takers(domain).length === 0);
  const twice = domains.filter((domain) => takers(domain).length > 1);
  const effects = [
    ...(none.length > 0 ? [`no stack takes ${namesOf(none)}`] : []),
    ...(twice.length > 0 ? [`several take ${namesOf(twice)}`] : []),
  ];
  return brokenRule("stack-shards", other.places.shard, {
    message:
      `the stacks of ${first.folder} have different numbers of shards: ${listOf(sharded)}` +
      (effects.length > 0 ? `; ${effects.join(", and ")}` : ""),
    hint: "change all of them at the same time; docs/stacks.md shows how 8 shards become 16",
    related: [{ ...first.places.shard, message: `\`${first.stack}\` takes ${shardText(first.shard)}` }],
  });
}

function twiceProblems(sharded: readonly Sharded[]): Diagnostic[] {
  return [...groupBy(sharded, ({ shard }) => shardText(shard)).values()].flatMap(([first, ...others]) =>
    others.map((other) =>
      brokenRule("stack-shards", other.places.shard, {
        message: `\`${first!.stack}\` and \`${other.stack}\` both take ${shareText(other)}`,
        hint: "give each stack a shard of its own; if they use different accounts, set aws:allowedAccountIds in both",
        related: [{ ...first!.places.shard, message: `\`${first!.stack}\` takes it here` }],
      }),
    ),
  );
}

function missingProblem(sharded: readonly Sharded[], domains: readonly SendingDomain[]): Diagnostic[] {
  const [first] = sharded as [Sharded, ...Sharded[]];
  const { count } = first.shard;
  const present = new Set(sharded.map(({ shard }) => shard.index));
  const missing = Array.from({ length: count }, (_, at) => ({ index: at + 1, count })).filter(
    ({ index }) => !present.has(index),
  );
  if (missing.length === 0) return [];
  const lost = domains.filter(({ domain }) => missing.some((shard) => takes(shard, domain)));
  const shards = someOf(missing.map(shardText));
  return [
    brokenRule("stack-shards", first.places.shard, {
      message:
        `no stack takes ${shards} of ${first.folder}` +
        (lost.length > 0 ? `, and so nobody manages ${namesOf(lost)}` : ""),
      hint: `add a stack for it: pulumi stack init <name>, then pulumi config set mailstack:shard ${shardText(missing[0]!)}`,
    }),
  ];
}

function besideProblem(share: StackShare, sharded: readonly Sharded[]): Diagnostic {
  return brokenRule("stack-beside-shards", share.places.folder, {
    message: `\`${share.stack}\` takes all of ${share.folder}, of which other stacks take shards: ${listOf(sharded)}`,
    hint:
      "give it a shard, or delete its file once its domains have moved; " +
      "if it uses other accounts, set aws:allowedAccountIds",
    related: [{ ...sharded[0]!.places.shard, message: `\`${sharded[0]!.stack}\` takes a shard` }],
  });
}

/** Stacks that take whole folders are told apart by accounts: only where those are surely the same is it a conflict. */
function overlapProblems(whole: readonly StackShare[], domainsOf: FolderDomains): Diagnostic[] {
  const [first, ...others] = whole;
  return others.flatMap((other) => {
    const both = contested(first!, other, domainsOf);
    if (both.length === 0) return [];
    return [
      brokenRule("stack-overlap", other.places.folder, {
        message: `\`${first!.stack}\` and \`${other.stack}\` both take ${namesOf(both)}, for the same accounts`,
        hint: "give the stacks different folders or shards; if their accounts differ, set aws:allowedAccountIds in both",
        related: [{ ...first!.places.folder, message: `\`${first!.stack}\` takes the folder` }],
      }),
    ];
  });
}

/** The domains that both stacks certainly take: for the same accounts, and for at least one Region, or none at all. */
export function contested(a: StackShare, b: StackShare, domainsOf: FolderDomains): readonly SendingDomain[] {
  if (!surelySameAccounts(a, b)) return [];
  const others = new Map(ownDomains(b, domainsOf).map((domain) => [domain.domain, domain]));
  return ownDomains(a, domainsOf).filter((domain) => {
    const other = others.get(domain.domain);
    if (other === undefined) return false;
    const regions = new Set(other.identities.map(({ region }) => region));
    // A parked domain has no identity, but its records are the same.
    return regions.size === 0 || domain.identities.every(({ region }) => regions.has(region));
  });
}

/** A set belongs to the stack of the folder that describes it: two folders can't both describe it. */
function setProblems(fleet: readonly StackShare[], domainsOf: FolderDomains): Diagnostic[] {
  const folders = [...groupBy(fleet, ({ folder }) => folder).values()].map(([share]) => share!);
  const sets = folders.flatMap((share) => {
    const domains = domainsOf(share);
    return [...describedSets(domains)].map(([key, { name, region }]) => ({
      set: `${name} in ${region}`,
      domain: domains.find(({ identities }) =>
        identities.some(
          (identity) => identity.configurationSetOptions !== undefined && setKey(identity) === key,
        ),
      )!,
      share,
    }));
  });
  return [...groupBy(sets, ({ set }) => set).values()].flatMap(([first, ...others]) =>
    others.map(({ set, domain, share }) => {
      const other = first!.domain;
      return {
        ...brokenRule("stack-configuration-set", locate(domain, ["configurationSet"]), {
          message: `the configuration set ${set} is described in ${first!.share.folder} and in ${share.folder}: each of their stacks would create it`,
          hint: "describe it in one folder, and name it in the other: `configurationSet: <name>`",
          related: [{ ...locate(other, ["configurationSet"]), message: "it is described here as well" }],
        }),
        domain: domain.domain,
      };
    }),
  );
}

function namesOf(domains: readonly SendingDomain[]): string {
  return someOf(domains.map(({ domain }) => domain));
}

function listOf(sharded: readonly Sharded[]): string {
  return someOf(
    sharded.map(({ stack, shard }) => `\`${stack}\` ${shardText(shard)}`),
    { most: 8 },
  );
}
