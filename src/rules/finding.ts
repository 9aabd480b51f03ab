import type { SendingDomain } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { FleetRuleName } from "./catalogue/fleet-rules.js";
import type { Fleet } from "./fleet-index.js";

export interface DomainKey {
  readonly domain: SendingDomain;
  readonly path: KeyPath;
}

/** A broken rule, before its place in a file is looked up. */
export interface Finding extends DomainKey {
  readonly rule: FleetRuleName;
  readonly message: string;
  readonly hint: string;
  readonly related?: readonly (DomainKey & { readonly message: string })[];
}

/** Searches the whole fleet for whatever breaks one rule, or a few related ones. */
export type FleetCheck = (fleet: Fleet) => Iterable<Finding>;
