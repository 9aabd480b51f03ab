import { indexRecords, type ServedRecord, type ServedZone, type ZoneView } from "../dns/zone-view.js";
import type { DnsRecord } from "./record.js";
import type { Store } from "./store.js";
import { nameServers, type Zone } from "./zone.js";

/** What "automatic" means in a DNS answer, in seconds. */
const automaticTtl = 300;

/**
 * The store's zones as a name server sees them: only active ones are served, and a paused one without its proxy. The
 * index of a zone is built at its first query after a change.
 */
export function servedZones(store: Store): ZoneView {
  const cache = new Map<string, { version: number; zone: ServedZone }>();
  return {
    zone: (name) => {
      const zone = store.zoneByName(name);
      if (zone === undefined || zone.status !== "active" || zone.type === "internal") return undefined;
      const version = store.version(zone.id);
      const cached = cache.get(zone.id);
      if (cached?.version === version) return cached.zone;
      const served = servedZone(zone, store.records(zone.id).values(), version);
      cache.set(zone.id, { version, zone: served });
      return served;
    },
  };
}

export function servedZone(zone: Zone, records: Iterable<DnsRecord>, version: number): ServedZone {
  const { soa, ns_ttl: nsTtl } = zone.dnsSettings;
  return {
    name: zone.name,
    nameServers,
    nsTtl,
    soa: {
      mname: soa.mname ?? nameServers[0],
      rname: soa.rname,
      serial: version >>> 0,
      refresh: soa.refresh,
      retry: soa.retry,
      expire: soa.expire,
      minimum: soa.min_ttl,
      ttl: soa.ttl,
    },
    ...indexRecords(
      zone.name,
      [...records].map((record) => servedRecord(record, zone)),
    ),
  };
}

function servedRecord(record: DnsRecord, zone: Zone): ServedRecord {
  const { settings } = record;
  const onlyFamily = settings.ipv4_only ? "A" : settings.ipv6_only ? "AAAA" : undefined;
  return {
    name: record.name,
    type: record.type,
    content: record.content,
    ttl: record.ttl === 1 ? automaticTtl : record.ttl,
    priority: record.priority,
    proxied: record.proxied && !zone.paused,
    onlyFamily,
    flatten: settings.flatten_cname === true || zone.dnsSettings.flatten_all_cnames,
  };
}
