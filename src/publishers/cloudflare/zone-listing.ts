import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getZones } from "@pulumi/cloudflare/getZones.js";
import type { GetZonesResult } from "@pulumi/cloudflare/types/output.js";
import { groupBy } from "../../file/group-by.js";
import { asciiName } from "./ascii-name.js";

/** A zone as the Pulumi provider lists it. */
export type ProviderZone = Pick<GetZonesResult, "id" | "name" | "status" | "account">;

/**
 * Zones on a page of the provider's `getZones`. It passes no `per_page`, for which 20 is the default (Cloudflare API,
 * List Zones), and asks for pages until one is empty or it has `maxItems` zones.
 */
const PAGE_SIZE = 20;

/** Looking zones up one by one in fewer calls than this costs little. */
const FEW_CALLS = 20;

/** What a listing of the zones that the token sees says about single zones. */
export interface ZoneListing {
  /** All zones of a name, which is canonical; undefined if the listing doesn't say. */
  readonly named: (name: string) => readonly ProviderZone[] | undefined;
  /** Undefined if the listing doesn't have it. */
  readonly withId: (id: string) => ProviderZone | undefined;
}

export const NO_LISTING: ZoneListing = { named: () => undefined, withId: () => undefined };

/**
 * Lists the zones in pages if that can save calls. It asks for a quarter of the calls that looking them up one by one
 * takes: in an account with thousands of other zones it costs that much more at worst.
 * @param calls what looking up all wanted zones one by one takes
 * @throws what the provider throws
 */
export async function listZones(calls: number, options: InvokeOptions): Promise<ZoneListing> {
  if (calls < FEW_CALLS) return NO_LISTING;
  const most = Math.floor(calls / 4) * PAGE_SIZE;
  const { results } = await getZones({ order: "name", maxItems: most }, options);
  return readListing(results, results.length < most);
}

/**
 * @param zones in the order of their names
 * @param complete whether these are all zones; if not, more of the last one's name may follow. Pure.
 */
export function readListing(zones: readonly ProviderZone[], complete: boolean): ZoneListing {
  const byName = new Map(groupBy(zones, ({ name }) => asciiName(name)));
  const byId = new Map(zones.map((zone) => [zone.id, zone]));
  const last = zones.at(-1);
  if (!complete && last !== undefined) byName.delete(asciiName(last.name));
  return {
    named: (name) => byName.get(name) ?? (complete ? [] : undefined),
    withId: (id) => byId.get(id),
  };
}
