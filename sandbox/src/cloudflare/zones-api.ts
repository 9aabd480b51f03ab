import { errors } from "./errors.js";
import { canonicalHostname } from "./names.js";
import type { Plan } from "./plan.js";
import type { Body } from "./records-api.js";
import { newZone, type Store } from "./store.js";
import { zoneStatuses, type DnsSettings, type SoaSettings, type Zone } from "./zone.js";

/** `POST /zones`: a new zone waits for its name servers (`pending`). */
export function createZone(store: Store, body: Body, status: Zone["status"] = "pending"): Zone {
  const name = typeof body["name"] === "string" ? canonicalHostname(body["name"]) : undefined;
  if (name === undefined || !name.includes(".")) throw errors.zoneNameInvalid();
  if (store.zoneByName(name) !== undefined) throw errors.zoneExists(name);
  const type = body["type"] ?? "full";
  if (type !== "full" && type !== "partial" && type !== "secondary" && type !== "internal") {
    throw errors.invalidParameter("type", "must be one of full, partial, secondary, internal");
  }
  const zone = { ...newZone(name, status, new Date().toISOString()), type } as const;
  store.commit({ zones: { [zone.id]: zone } });
  return zone;
}

/**
 * `PATCH /zones/{id}`: one property at a time. Beside the API's `paused` and `type` this server takes `status`, which
 * the real service sets by itself.
 */
export function editZone(store: Store, zone: Zone, body: Body): Zone {
  const { paused, type, status } = body;
  if ([paused, type, status].filter((value) => value !== undefined).length > 1) {
    throw errors.invalidParameter("body", "only one zone property can be changed at a time");
  }
  if (paused !== undefined && typeof paused !== "boolean") {
    throw errors.invalidParameter("paused", "must be true or false");
  }
  if (type !== undefined && type !== "full" && type !== "partial" && type !== "secondary") {
    throw errors.invalidParameter("type", "must be one of full, partial, secondary");
  }
  const wanted = zoneStatuses.find((known) => known === status);
  if (status !== undefined && wanted === undefined) {
    throw errors.invalidParameter("status", `must be one of ${zoneStatuses.join(", ")}`);
  }
  const now = new Date().toISOString();
  const edited: Zone = {
    ...zone,
    paused: paused ?? zone.paused,
    type: type ?? zone.type,
    status: wanted ?? zone.status,
    activatedOn: wanted === "active" ? (zone.activatedOn ?? now) : zone.activatedOn,
    modifiedOn: now,
  };
  store.commit({ zones: { [zone.id]: edited } });
  return edited;
}

export function deleteZone(store: Store, zone: Zone): void {
  const records = Object.fromEntries([...store.records(zone.id).keys()].map((id) => [id, null]));
  store.commit({ records, zones: { [zone.id]: null } });
}

/** `PATCH /zones/{id}/dns_settings`: what the body leaves out stays. */
export function editDnsSettings(store: Store, zone: Zone, body: Body, plan: Plan): DnsSettings {
  const settings: Record<string, unknown> = { ...zone.dnsSettings };
  for (const [key, value] of Object.entries(body)) {
    if (!(key in zone.dnsSettings)) continue;
    const current = zone.dnsSettings[key as keyof DnsSettings];
    if (typeof value !== typeof current || value === null) {
      throw errors.invalidParameter(key, `must be of type ${typeof current}`);
    }
    settings[key] = typeof value === "object" ? { ...(current as object), ...value } : value;
  }
  const edited = settings as unknown as DnsSettings;
  if (edited.flatten_all_cnames && !plan.flattening) throw errors.flattenAllUnavailable();
  inRange("ns_ttl", edited.ns_ttl, 30, 86400);
  checkSoa(edited.soa);
  store.commit({
    zones: { [zone.id]: { ...zone, dnsSettings: edited, modifiedOn: new Date().toISOString() } },
  });
  return edited;
}

function checkSoa(soa: SoaSettings): void {
  inRange("soa.refresh", soa.refresh, 600, 86400);
  inRange("soa.retry", soa.retry, 600, 86400);
  inRange("soa.expire", soa.expire, 86400, 2419200);
  inRange("soa.min_ttl", soa.min_ttl, 60, 86400);
  inRange("soa.ttl", soa.ttl, 300, 86400);
  if (typeof soa.rname !== "string") throw errors.invalidParameter("soa.rname", "must be a host name");
}

function inRange(name: string, value: number, min: number, max: number): void {
  const valid = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  if (!valid) throw errors.invalidParameter(name, `must be an integer from ${min} to ${max}`);
}
