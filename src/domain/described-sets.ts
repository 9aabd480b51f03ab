import type { ConfigurationSetOptions, RegionalIdentity, SendingDomain } from "./sending-domain.js";

/** A set of one name exists once per Region. */
export function setKey({
  region,
  configurationSet,
}: Pick<RegionalIdentity, "region" | "configurationSet">): string {
  return `${region}/${configurationSet}`;
}

/** A set that domain files describe. */
export interface DescribedSet {
  readonly region: string;
  readonly name: string;
  readonly options: ConfigurationSetOptions;
}

/** The first description of each set, by {@link setKey}; the checks make sure that the others are equal. */
export function describedSets(fleet: readonly SendingDomain[]): ReadonlyMap<string, DescribedSet> {
  const sets = new Map<string, DescribedSet>();
  for (const identity of fleet.flatMap(({ identities }) => identities)) {
    const { region, configurationSet: name, configurationSetOptions: options } = identity;
    if (options === undefined || sets.has(setKey(identity))) continue;
    sets.set(setKey(identity), { region, name: name!, options });
  }
  return sets;
}
