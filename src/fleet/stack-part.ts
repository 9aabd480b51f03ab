import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import { takes, type Shard } from "./shard.js";

/** What a stack manages of the domains in its folder. */
export interface StackPart {
  readonly domains: readonly SendingDomain[];
  /** The domains whose described configuration sets the stack creates; not all need be its own. */
  readonly describing: readonly SendingDomain[];
}

/**
 * The stack's part of a folder. A configuration set is shared by domains of several shards, but only one stack can
 * create it: the first shard creates them all, and the others use them by name. So no set moves when shards split.
 * @param shard undefined: the stack takes the whole folder
 */
export function partOf(folder: readonly SendingDomain[], shard: Shard | undefined): StackPart {
  if (shard === undefined) return { domains: folder, describing: folder };
  const own = folder.filter(({ domain }) => takes(shard, domain));
  return shard.index === 1
    ? { domains: own, describing: folder }
    : { domains: own.map(withoutSets), describing: [] };
}

/** The domain as one that uses sets which exist already. */
function withoutSets(domain: SendingDomain): SendingDomain {
  if (domain.parked) return domain;
  const withoutSet = ({ configurationSetOptions: _, ...identity }: RegionalIdentity): RegionalIdentity =>
    identity;
  const [first, ...others] = domain.identities;
  return { ...domain, identities: [withoutSet(first), ...others.map(withoutSet)] };
}
