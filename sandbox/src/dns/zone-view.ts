/** A record as the DNS server needs it. */
export interface ServedRecord {
  /** FQDN, lower case, Punycode, no trailing dot. */
  readonly name: string;
  /** `A`, `CNAME`, `TXT`, … */
  readonly type: string;
  /** The right-hand side in master-file notation; for MX and SRV without the priority. */
  readonly content: string;
  /** Seconds. */
  readonly ttl: number;
  /** For MX and SRV. */
  readonly priority?: number | undefined;
  /** Address queries are answered with the proxy's addresses instead of the record's own. */
  readonly proxied?: boolean | undefined;
  /** For proxied records: the only address family to answer with. */
  readonly onlyFamily?: "A" | "AAAA" | undefined;
  /** A CNAME that is answered with its target's addresses and is never shown itself. */
  readonly flatten?: boolean | undefined;
}

/** The fields of a zone's SOA record (RFC 1035 §3.3.13); times in seconds. */
export interface Soa {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** The negative-caching TTL (RFC 2308 §4). */
  readonly minimum: number;
  readonly ttl: number;
}

/** A zone that the DNS server is authoritative for. */
export interface ServedZone {
  readonly name: string;
  readonly soa: Soa;
  readonly nameServers: readonly string[];
  /** TTL of the apex NS records, in seconds. */
  readonly nsTtl: number;
  /** The records at a name; empty when there are none. */
  at(name: string): readonly ServedRecord[];
  /** True when the name has records or stands above one that has: an empty non-terminal exists (RFC 8020). */
  exists(name: string): boolean;
}

/** Where the DNS server finds its zones; read again for each query. */
export interface ZoneView {
  /** The zone of exactly this name (lower case, no trailing dot), if it is served. */
  zone(name: string): ServedZone | undefined;
}

/** A zone with fixed records, for names that others serve in the real world, such as `amazonses.com`. */
export interface StaticZone {
  readonly name: string;
  readonly records: readonly Omit<ServedRecord, "ttl">[];
  /** Seconds; default 300. */
  readonly ttl?: number;
}

/** Looks records up by name, empty non-terminals included. */
export function indexRecords(
  zoneName: string,
  records: Iterable<ServedRecord>,
): Pick<ServedZone, "at" | "exists"> {
  const byName = new Map<string, ServedRecord[]>([[zoneName, []]]);
  for (const record of records) {
    const here = byName.get(record.name);
    if (here === undefined) byName.set(record.name, [record]);
    else here.push(record);
    for (
      let parent = parentOf(record.name);
      parent !== undefined && !byName.has(parent);
      parent = parentOf(parent)
    ) {
      byName.set(parent, []);
    }
  }
  return { at: (name) => byName.get(name) ?? [], exists: (name) => byName.has(name) };
}

/** The name without its first label; undefined for the root. */
export function parentOf(name: string): string | undefined {
  if (name === "") return undefined;
  const dot = name.indexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1);
}

/** True for the zone's apex and every name below it. */
export function isWithin(name: string, zoneName: string): boolean {
  return name === zoneName || zoneName === "" || name.endsWith(`.${zoneName}`);
}

export function serveStaticZone(zone: StaticZone): ServedZone {
  const name = zone.name.toLowerCase();
  const ttl = zone.ttl ?? 300;
  const nameServer = `ns1.${name}`;
  const records = zone.records.map((record) => ({ ...record, name: record.name.toLowerCase(), ttl }));
  return {
    name,
    nameServers: [nameServer],
    nsTtl: 86400,
    soa: {
      mname: nameServer,
      rname: `hostmaster.${name}`,
      serial: 1,
      refresh: 10000,
      retry: 2400,
      expire: 604800,
      minimum: 300,
      ttl: 3600,
    },
    ...indexRecords(name, records),
  };
}

/** The first view that has the zone wins. */
export function combineViews(views: readonly ZoneView[]): ZoneView {
  return {
    zone: (name) => {
      for (const view of views) {
        const zone = view.zone(name);
        if (zone !== undefined) return zone;
      }
      return undefined;
    },
  };
}
