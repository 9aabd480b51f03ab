import type { Cloudflare } from "cloudflare";
import { Lanes } from "../../file/lanes.js";
import { isAtOrBelow } from "../../file/names.js";
import {
  ZoneUnread,
  type HostRecord,
  type ListedZone,
  type ReadContext,
  type ZoneReader,
} from "../publisher.js";
import { CallBudget } from "./call-budget.js";
import { hostRecords, type CloudflareRecord } from "./stored-record.js";
import { asciiName } from "./ascii-name.js";
import { unreadable } from "./zone-problems.js";

/** Records on a page; Cloudflare accepts up to 5,000,000 (API reference, List DNS Records). */
const PAGE_SIZE = 5000;
/** Zones that are read at the same time. */
const AT_ONCE = 8;
/** A sixth of the 1,200 calls is left to whoever else works for the account. */
const CALLS = 1000;
const WINDOW_MS = 300_000;

/**
 * Reads zones with Cloudflare's own client: one call for each 5,000 records. It takes the credentials from the
 * environment, under the names that the Pulumi provider uses.
 */
export async function openReader({ url, onWait }: ReadContext): Promise<ZoneReader> {
  const budget = new CallBudget({ calls: CALLS, windowMs: WINDOW_MS, ...(onWait && { onWait }) });
  const { Cloudflare: Client } = await import("cloudflare");
  const baseURL = url("cloudflareApiUrl");
  const client = new Client({
    maxRetries: 4,
    timeout: 30_000,
    fetch: budget.fetch,
    ...(baseURL !== undefined && { baseURL }),
  });
  const hasCredentials = [client.apiToken, client.apiKey, client.userServiceKey].some(Boolean);
  const lane = new Lanes(AT_ONCE);
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    if (!hasCredentials) {
      throw new ZoneUnread("no Cloudflare token in the environment", {
        hint: "set CLOUDFLARE_API_TOKEN to a token with DNS Read permission for the zones",
      });
    }
    try {
      return await lane.run(call);
    } catch (error) {
      const { problem, hint } = unreadable(error, budget.blockedFor);
      throw new ZoneUnread(problem, { hint, cause: error });
    }
  };
  return {
    records: (zone) => ask(() => listRecords(client, zone)),
    zones: () => ask(() => listZones(client)),
  };
}

/** Zones on a page, at most (Cloudflare API, List Zones). */
const ZONES_PER_PAGE = 50;

async function listZones(client: Cloudflare): Promise<ListedZone[]> {
  const zones: ListedZone[] = [];
  for (let page = 1; ; page++) {
    const { result } = await client.zones.list({ per_page: ZONES_PER_PAGE, page });
    zones.push(
      ...result.map(({ id, name, status, paused }): ListedZone => {
        const unused = status !== "active" ? (status ?? "unknown") : paused === true ? "paused" : undefined;
        return { id, name: asciiName(name), ...(unused !== undefined && { unused }) };
      }),
    );
    if (result.length < ZONES_PER_PAGE) return zones;
  }
}

async function listRecords(client: Cloudflare, zone: string): Promise<HostRecord[]> {
  const records: CloudflareRecord[] = [];
  for (let page = 1; ; page++) {
    const { result } = await client.dns.records.list({ zone_id: zone, per_page: PAGE_SIZE, page });
    // The client describes each type of record by itself, without an index for `meta`.
    records.push(...(result as unknown as CloudflareRecord[]));
    if (result.length < PAGE_SIZE) break;
  }
  const zoneName = mayBeApexAlias(records) ? (await client.zones.get({ zone_id: zone })).name : undefined;
  const name = zoneName === undefined ? undefined : asciiName(zoneName);
  return hostRecords(records, zone, name);
}

/** Whether a CNAME may be at the zone's own name, where it is no alias: all other names are below it. */
function mayBeApexAlias(records: readonly CloudflareRecord[]): boolean {
  return records.some(
    ({ type, name }) => type === "CNAME" && records.every((other) => isAtOrBelow(other.name, name)),
  );
}
