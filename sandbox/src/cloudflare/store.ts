import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { DurableMap } from "../durable-map.js";
import type { DnsRecord } from "./record.js";
import { defaultDnsSettings, type Zone } from "./zone.js";

/** Changes that happen together: a value is written, null deletes. */
export interface Change {
  readonly zones?: Readonly<Record<string, Zone | null>>;
  readonly records?: Readonly<Record<string, DnsRecord | null>>;
}

/**
 * Zones and records on disk. A change is written to the journal as a whole before any of it is applied, and a change
 * that a kill interrupted is completed at the next opening: there is no half-applied batch.
 */
export class Store {
  readonly #zones: DurableMap<Zone>;
  readonly #records: DurableMap<DnsRecord>;
  readonly #pending: DurableMap<Change>;
  readonly #recordsByZone = new Map<string, Map<string, DnsRecord>>();
  readonly #idsByName = new Map<string, Set<string>>();
  readonly #zonesByName = new Map<string, Zone>();
  readonly #versions = new Map<string, number>();
  readonly #opened = Math.floor(Date.now() / 1000);

  constructor(dir: string) {
    this.#zones = new DurableMap(join(dir, "zones.jsonl"));
    this.#records = new DurableMap(join(dir, "records.jsonl"));
    this.#pending = new DurableMap(join(dir, "pending.jsonl"));
    for (const zone of this.#zones.values()) this.#zonesByName.set(zone.name, zone);
    for (const record of this.#records.values()) this.#add(record);
    const interrupted = this.#pending.get("change");
    if (interrupted !== undefined) this.#apply(interrupted);
    this.#pending.delete("change");
  }

  zones(): Iterable<Zone> {
    return this.#zones.values();
  }

  zone(id: string): Zone | undefined {
    return this.#zones.get(id);
  }

  zoneByName(name: string): Zone | undefined {
    return this.#zonesByName.get(name);
  }

  records(zoneId: string): ReadonlyMap<string, DnsRecord> {
    return this.#recordsByZone.get(zoneId) ?? new Map<string, DnsRecord>();
  }

  /** The records of a zone at one name. */
  recordsAt(zoneId: string, name: string): DnsRecord[] {
    const records = this.records(zoneId);
    return [...(this.#idsByName.get(`${zoneId} ${name}`) ?? [])].map((id) => records.get(id)!);
  }

  /** Grows with each change to a zone or its records; starts at the time of opening, to grow across restarts. */
  version(zoneId: string): number {
    return this.#versions.get(zoneId) ?? this.#opened;
  }

  commit(change: Change): void {
    const size = Object.keys(change.zones ?? {}).length + Object.keys(change.records ?? {}).length;
    // One entry is one line in its journal, which is whole or absent by itself.
    if (size > 1) this.#pending.set("change", change);
    this.#apply(change);
    if (size > 1) this.#pending.delete("change");
  }

  close(): void {
    for (const map of [this.#zones, this.#records, this.#pending]) map.close();
  }

  #apply(change: Change): void {
    for (const [id, record] of Object.entries(change.records ?? {})) {
      const previous = this.#records.get(id);
      if (record === null) this.#records.delete(id);
      else this.#records.set(id, record);
      if (previous !== undefined) this.#remove(previous);
      if (record !== null) this.#add(record);
      const zoneId = (record ?? previous)?.zoneId;
      if (zoneId !== undefined) this.#touch(zoneId);
    }
    for (const [id, zone] of Object.entries(change.zones ?? {})) {
      const name = zone?.name ?? this.#zones.get(id)?.name;
      if (zone === null) this.#zones.delete(id);
      else this.#zones.set(id, zone);
      if (name !== undefined && zone === null) this.#zonesByName.delete(name);
      if (zone !== null) this.#zonesByName.set(zone.name, zone);
      this.#touch(id);
    }
  }

  #add(record: DnsRecord): void {
    let records = this.#recordsByZone.get(record.zoneId);
    if (records === undefined)
      this.#recordsByZone.set(record.zoneId, (records = new Map<string, DnsRecord>()));
    records.set(record.id, record);
    const key = `${record.zoneId} ${record.name}`;
    let ids = this.#idsByName.get(key);
    if (ids === undefined) this.#idsByName.set(key, (ids = new Set()));
    ids.add(record.id);
  }

  #remove(record: DnsRecord): void {
    const key = `${record.zoneId} ${record.name}`;
    const ids = this.#idsByName.get(key);
    ids?.delete(record.id);
    if (ids?.size === 0) this.#idsByName.delete(key);
    this.#recordsByZone.get(record.zoneId)?.delete(record.id);
  }

  #touch(zoneId: string): void {
    this.#versions.set(zoneId, this.version(zoneId) + 1);
  }
}

/** 32 hexadecimal digits that depend only on the name: a zone that is created again keeps its id. */
export function zoneIdOf(name: string): string {
  return createHash("sha256").update(`zone ${name}`).digest("hex").slice(0, 32);
}

export function newId(): string {
  return randomBytes(16).toString("hex");
}

/** A full zone with the service's settings for new zones. */
export function newZone(name: string, status: Zone["status"], now: string): Zone {
  return {
    id: zoneIdOf(name),
    name,
    status,
    type: "full",
    paused: false,
    createdOn: now,
    modifiedOn: now,
    activatedOn: status === "active" ? now : null,
    dnsSettings: defaultDnsSettings,
  };
}
