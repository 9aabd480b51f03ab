import { errors } from "./errors.js";
import type { Plan } from "./plan.js";
import { checkConflicts } from "./record-conflicts.js";
import { readRecord } from "./record-input.js";
import type { DnsRecord, RecordFields } from "./record.js";
import { newId, type Store } from "./store.js";
import type { Zone } from "./zone.js";

export type Body = Readonly<Record<string, unknown>>;

/**
 * The record operations on one zone, gathered and committed as one change: an error in any of them leaves the zone as
 * it was.
 */
export class RecordChanges {
  readonly #changed = new Map<string, DnsRecord | null>();
  readonly #now = new Date().toISOString();
  #count: number;

  constructor(
    readonly store: Store,
    readonly zone: Zone,
    readonly plan: Plan,
  ) {
    this.#count = store.records(zone.id).size;
  }

  create(body: Body): DnsRecord {
    const fields = readRecord(body, this.zone.name, this.plan);
    if (this.#count >= this.plan.maxRecords) throw errors.recordQuota(this.plan.maxRecords);
    const record = this.#put(newId(), fields);
    this.#count++;
    return record;
  }

  replace(id: string, body: Body): DnsRecord {
    const previous = this.#unlocked(id);
    return this.#put(id, readRecord(body, this.zone.name, this.plan), previous);
  }

  edit(id: string, body: Body): DnsRecord {
    const previous = this.#unlocked(id);
    return this.#put(id, readRecord(body, this.zone.name, this.plan, previous), previous);
  }

  delete(id: string): DnsRecord {
    const record = this.#unlocked(id);
    this.deleteOwned(id);
    return record;
  }

  /** For the product itself: its records are locked for all others. */
  createOwned(body: Body, owner: NonNullable<DnsRecord["owner"]>): void {
    const record = { ...this.create(body), owner };
    this.#changed.set(record.id, record);
  }

  deleteOwned(id: string): void {
    this.#changed.set(id, null);
    this.#count--;
  }

  release(id: string): void {
    const { owner: _, ...record } = this.#existing(id);
    this.#changed.set(id, record);
  }

  commit(): void {
    this.store.commit({ records: Object.fromEntries(this.#changed) });
  }

  #existing(id: string): DnsRecord {
    const changed = this.#changed.get(id);
    const record = changed === undefined ? this.store.records(this.zone.id).get(id) : changed;
    if (record === undefined || record === null) throw errors.recordNotFound();
    return record;
  }

  #unlocked(id: string): DnsRecord {
    const record = this.#existing(id);
    if (record.owner !== undefined) throw errors.locked(record.owner.product);
    return record;
  }

  #put(id: string, fields: RecordFields, previous?: DnsRecord): DnsRecord {
    const others = this.#at(fields.name).filter((other) => other.id !== id);
    checkConflicts(fields, others, this.zone.name);
    // Where Email Routing receives mail, it takes no other MX.
    const routed = others.some(({ type, owner }) => type === "MX" && owner?.product === "email_routing");
    if (fields.type === "MX" && routed && previous === undefined && !isRoute(fields.content)) {
      throw errors.locked("email_routing");
    }
    const record: DnsRecord = {
      id,
      zoneId: this.zone.id,
      ...fields,
      createdOn: previous?.createdOn ?? this.#now,
      modifiedOn: this.#now,
      ...modifiedOn(
        "commentModifiedOn",
        fields.comment,
        previous?.comment,
        previous?.commentModifiedOn,
        this.#now,
      ),
      ...modifiedOn("tagsModifiedOn", fields.tags, previous?.tags, previous?.tagsModifiedOn, this.#now),
    };
    this.#changed.set(id, record);
    return record;
  }

  /** The records at a name, the changes so far included. */
  #at(name: string): DnsRecord[] {
    const stored = this.store.recordsAt(this.zone.id, name).filter((record) => !this.#changed.has(record.id));
    const changed = [...this.#changed.values()].filter((record) => record?.name === name);
    return [...stored, ...(changed as DnsRecord[])];
  }
}

function isRoute(host: string): boolean {
  return host.endsWith(".mx.cloudflare.net");
}

/** A comment or tags carry the time of their own last change, and none while they are empty and always were. */
function modifiedOn<K extends string>(
  key: K,
  value: unknown,
  before: unknown,
  last: string | undefined,
  now: string,
): Partial<Record<K, string>> {
  const empty = (part: unknown) =>
    part === undefined || part === null || (part as { length: number }).length === 0;
  const unchanged = (empty(value) && empty(before)) || JSON.stringify(value) === JSON.stringify(before);
  const time = unchanged ? last : now;
  return (time === undefined ? {} : { [key]: time }) as Partial<Record<K, string>>;
}

/** `POST /zones/{id}/dns_records/batch`: deletes, patches, puts, posts, in this order, all or nothing. */
export function runBatch(changes: RecordChanges, body: Body): Record<string, DnsRecord[]> {
  const deletes = list(body, "deletes");
  const patches = list(body, "patches");
  const puts = list(body, "puts");
  const posts = list(body, "posts");
  const size = deletes.length + patches.length + puts.length + posts.length;
  if (size > changes.plan.maxBatch) throw errors.batchTooLarge(changes.plan.maxBatch);
  const result = {
    deletes: deletes.map((item) => changes.delete(idOf(item))),
    patches: patches.map((item) => changes.edit(idOf(item), item)),
    puts: puts.map((item) => changes.replace(idOf(item), item)),
    posts: posts.map((item) => changes.create(item)),
  };
  changes.commit();
  return result;
}

function list(body: Body, key: string): Body[] {
  const value = body[key];
  if (value === undefined || value === null) return [];
  const isList = Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null);
  if (!isList) throw errors.invalidParameter(key, "must be an array of objects");
  return value as Body[];
}

function idOf(item: Body): string {
  if (typeof item["id"] !== "string") throw errors.recordNotFound();
  return item["id"];
}
