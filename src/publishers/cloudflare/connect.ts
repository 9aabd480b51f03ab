import { Provider } from "@pulumi/cloudflare/provider.js";
import type { Connection, ConnectContext } from "../publisher.js";
import { explainFailure } from "./failures.js";
import { publish, retain } from "./record.js";
import { readRecord, RECORD_TYPE } from "./stored-record.js";
import { ZoneRecords } from "./zone-records.js";
import { lookUpZones, zoneKey } from "./zones.js";

/**
 * Finds the zones of the domains.
 * @param title the host's name in messages
 */
export async function connect(title: string, { domains, url }: ConnectContext): Promise<Connection> {
  const baseUrl = url("cloudflareApiUrl");
  // Without another address, the default provider, which `cloudflare:*` and the environment configure.
  const provider = baseUrl === undefined ? undefined : new Provider("cloudflare", { baseUrl });
  const options = provider === undefined ? {} : { provider };
  const { zones, problems, warnings } = await lookUpZones(domains, options);
  const found = [...new Map([...zones.values()].map((zone) => [zone.id, zone])).values()];
  const records = new ZoneRecords(options, new Map(found.map(({ id, name }) => [id, name])));
  return {
    title,
    problems,
    warnings,
    providers: provider === undefined ? [] : [provider],
    resourceType: RECORD_TYPE,
    zones: found,
    zoneOf: (domain) => zones.get(zoneKey(domain))?.id,
    publish,
    retain,
    recordsAt: (zone, name) => records.at(zone, name),
    read: readRecord,
    explain: (failure) => explainFailure(failure, records),
  };
}
