import { recordData, soaData } from "./rdata.js";
import type { Response, WireRecord } from "./wire.js";
import { isWithin, parentOf, type ServedRecord, type ServedZone, type ZoneView } from "./zone-view.js";

/** What a proxied name resolves to, in place of its own addresses. */
export const proxyAddresses = { A: "104.16.0.1", AAAA: "2606:4700::6810:1" } as const;
/** TTL of proxied answers, in seconds. */
const proxyTtl = 300;
const maxChain = 16;

const empty = { answers: [], authorities: [], additionals: [] } as const;
export const refused: Response = { rcode: "REFUSED", authoritative: false, ...empty };
export const failed: Response = { rcode: "SERVFAIL", authoritative: false, ...empty };

/**
 * Answers a question from the zones of `view`, following RFC 1034 §4.3.2: referrals at delegations, wildcards
 * (RFC 4592), CNAME chains as far as the view's zones reach, NXDOMAIN and NODATA with the SOA (RFC 2308), a minimal
 * answer to ANY (RFC 8482).
 * @param name lower case, without a trailing dot
 * @param type `A`, `TXT`, …; an unknown type is NODATA where the name exists
 */
export function answer(view: ZoneView, name: string, type: string): Response {
  if (type === "AXFR" || type === "IXFR") return refused;
  const answers: WireRecord[] = [];
  const seen = new Set<string>();
  for (let current = name; ;) {
    const zone = closestZone(view, current);
    if (zone === undefined) return answers.length === 0 ? refused : { ...success, answers };
    seen.add(current);
    const referral = delegation(zone, current, type);
    if (referral !== undefined) return answers.length === 0 ? referral : { ...success, answers };
    const found = recordsFor(zone, current);
    if (found === undefined) return negative(zone, "NXDOMAIN", answers);
    const owner = current === name ? undefined : current;
    const own = recordsOfType(view, zone, current, found, type);
    if (own.length > 0) return { ...success, answers: [...answers, ...toWire(own, owner)] };
    const alias = found.find((record) => record.type === "CNAME" && !isFlattened(zone, record));
    if (alias === undefined || type === "CNAME" || type === "ANY") return negative(zone, "NOERROR", answers);
    answers.push(...toWire([alias], owner));
    const target = alias.content.toLowerCase();
    if (seen.has(target) || seen.size >= maxChain) return { ...success, answers };
    current = target;
  }
}

/** The answer for a name (`NXDOMAIN`) or type (`NOERROR`) that is not there; REFUSED when no zone holds the name. */
export function absent(view: ZoneView, name: string, rcode: "NXDOMAIN" | "NOERROR"): Response {
  const zone = closestZone(view, name);
  return zone === undefined ? refused : negative(zone, rcode, []);
}

const success = { rcode: "NOERROR", authoritative: true, ...empty } as const;

function negative(zone: ServedZone, rcode: "NXDOMAIN" | "NOERROR", answers: WireRecord[]): Response {
  const ttl = Math.min(zone.soa.ttl, zone.soa.minimum);
  return {
    ...success,
    rcode,
    answers,
    authorities: [{ name: zone.name, ttl, data: soaData(zone.soa) }],
  };
}

function closestZone(view: ZoneView, name: string): ServedZone | undefined {
  for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
    const zone = view.zone(at);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/** The records at the name, or those of the wildcard that covers it; undefined when the name does not exist. */
function recordsFor(zone: ServedZone, name: string): readonly ServedRecord[] | undefined {
  if (zone.exists(name)) return zone.at(name);
  let encloser = parentOf(name);
  while (encloser !== undefined && !zone.exists(encloser)) encloser = parentOf(encloser);
  const wildcard = `*.${encloser ?? zone.name}`;
  return zone.exists(wildcard) ? zone.at(wildcard) : undefined;
}

/** NS records below the apex hand the name to other servers: a referral, with addresses where the zone has them. */
function delegation(zone: ServedZone, name: string, type: string): Response | undefined {
  let cut: string | undefined;
  for (let at: string | undefined = name; at !== undefined && at !== zone.name; at = parentOf(at)) {
    if (zone.at(at).some((record) => record.type === "NS")) cut = at;
  }
  if (cut === undefined || (cut === name && type === "DS")) return undefined;
  const servers = zone.at(cut).filter((record) => record.type === "NS");
  const glue = servers
    .map((server) => server.content.toLowerCase())
    .filter((server) => isWithin(server, cut))
    .flatMap((server) => zone.at(server).filter(({ type: t }) => t === "A" || t === "AAAA"));
  return {
    rcode: "NOERROR",
    authoritative: false,
    answers: [],
    authorities: toWire(servers, cut),
    additionals: glue.flatMap((record) => toWire([record], record.name)),
  };
}

function recordsOfType(
  view: ZoneView,
  zone: ServedZone,
  name: string,
  found: readonly ServedRecord[],
  type: string,
): (ServedRecord | WireRecord)[] {
  if (type === "ANY") {
    return [{ name: undefined, ttl: 3789, data: { type: "HINFO", data: { cpu: "RFC8482", os: "" } } }];
  }
  if (name === zone.name && type === "SOA") {
    return [{ name: undefined, ttl: zone.soa.ttl, data: soaData(zone.soa) }];
  }
  if (name === zone.name && type === "NS") {
    return zone.nameServers.map((content) => ({ name, type: "NS", content, ttl: zone.nsTtl }));
  }
  if (type === "A" || type === "AAAA") return addresses(view, zone, found, type);
  return found.filter((record) => record.type === type && !isFlattened(zone, record));
}

function addresses(
  view: ZoneView,
  zone: ServedZone,
  found: readonly ServedRecord[],
  type: "A" | "AAAA",
): ServedRecord[] {
  const proxied = found.find((record) => record.proxied);
  if (proxied !== undefined) {
    if (proxied.onlyFamily !== undefined && proxied.onlyFamily !== type) return [];
    return [{ name: proxied.name, type, content: proxyAddresses[type], ttl: proxyTtl }];
  }
  const alias = found.find((record) => record.type === "CNAME" && isFlattened(zone, record));
  return alias === undefined ? found.filter((record) => record.type === type) : flatten(view, alias, type);
}

/** A CNAME at the apex, one into its own zone, and one that is proxied or set to be flattened is never shown. */
function isFlattened(zone: ServedZone, record: ServedRecord): boolean {
  if (record.type !== "CNAME") return false;
  return (
    record.proxied === true ||
    record.flatten === true ||
    record.name === zone.name ||
    isWithin(record.content.toLowerCase(), zone.name)
  );
}

/** The addresses at the end of the chain, with the lowest TTL on the way; none when the chain leaves the view. */
function flatten(view: ZoneView, alias: ServedRecord, type: "A" | "AAAA"): ServedRecord[] {
  const seen = new Set<string>();
  let ttl = alias.ttl;
  for (let target = alias.content.toLowerCase(); !seen.has(target) && seen.size < maxChain;) {
    seen.add(target);
    const zone = closestZone(view, target);
    const found = zone === undefined ? undefined : recordsFor(zone, target);
    if (found === undefined) return [];
    const proxied = found.find((record) => record.proxied);
    if (proxied !== undefined) return [{ ...alias, type, content: proxyAddresses[type], ttl: proxyTtl }];
    const own = found.filter((record) => record.type === type);
    if (own.length > 0) return own.map((record) => ({ ...record, ttl: Math.min(ttl, record.ttl) }));
    const next = found.find((record) => record.type === "CNAME");
    if (next === undefined) return [];
    ttl = Math.min(ttl, next.ttl);
    target = next.content.toLowerCase();
  }
  return [];
}

function toWire(records: readonly (ServedRecord | WireRecord)[], owner: string | undefined): WireRecord[] {
  return records.flatMap((record) => {
    if (!("type" in record)) return [{ ...record, name: owner }];
    const data = recordData(record);
    return data === undefined ? [] : [{ name: owner, ttl: record.ttl, data }];
  });
}
