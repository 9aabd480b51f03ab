import type { SendingDomain } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { FleetRuleName } from "./catalogue/fleet-rules.js";
import type { Fleet } from "./fleet-index.js";

export interface Place {
  readonly domain: SendingDomain;
  readonly path: KeyPath;
}

/** A broken rule, before its place in a file has been looked up. */
export interface Finding extends Place {
  readonly rule: FleetRuleName;
  readonly message: string;
  readonly hint: string;
  readonly related?: readonly (Place & { readonly message: string })[];
}

/** Looks through the whole fleet for what breaks one rule, or a few that belong together. */
export type FleetCheck = (fleet: Fleet) => Iterable<Finding>;
