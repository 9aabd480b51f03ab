import { isAtOrBelow } from "../file/names.js";
import type { PublisherName } from "../publishers/index.js";
import type { HostRecord, ListedZone } from "../publishers/publisher.js";
import type { Found } from "../status/ses-reading.js";

/** An identity that SES has. */
export interface LiveIdentity {
  readonly region: string;
  readonly domain: string;
  readonly reading: Found;
}

/** A zone of a DNS host, with its records. */
export interface LiveZone extends ListedZone {
  readonly host: PublisherName;
  readonly records: readonly HostRecord[];
}

/** Whether a stack, `project/stack`, is the one that is to have the domains. */
export type IsOwnStack = (stack: string) => boolean;

/** All zones that were read. */
export class LiveZones {
  readonly #byName = new Map<string, LiveZone[]>();

  constructor(
    zones: readonly LiveZone[],
    readonly isOwnStack: IsOwnStack,
  ) {
    for (const zone of zones) this.#byName.set(zone.name, [...this.named(zone.name), zone]);
  }

  get count(): number {
    return this.#byName.size;
  }

  named(name: string): readonly LiveZone[] {
    return this.#byName.get(name) ?? [];
  }

  withId(id: string): LiveZone | undefined {
    return [...this.#byName.values()].flat().find((zone) => zone.id === id);
  }

  /** The zones with the longest name that the name is in: resolvers ask only those. */
  above(name: string): readonly LiveZone[] {
    const names = [...this.#byName.keys()].filter((zone) => isAtOrBelow(name, zone));
    const closest = names.sort((a, b) => b.length - a.length)[0];
    return closest === undefined ? [] : this.named(closest);
  }
}

/** The records of a zone at a name. */
export function recordsAt({ records }: LiveZone, name: string): readonly HostRecord[] {
  return records.filter((record) => record.name === name);
}
