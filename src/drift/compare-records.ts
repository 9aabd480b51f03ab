import { groupBy } from "../file/group-by.js";
import { KINDS, type KindName } from "../kinds/index.js";
import type { Kind } from "../kinds/kind.js";
import { conflicts } from "../publishers/conflicts.js";
import type { HostRecord, PublishedRecord } from "../publishers/publisher.js";
import { foreignReports, saysTheSame } from "../syntax/dmarc/foreign.js";
import { REFRESHED, type FieldChange, type Finding } from "./finding.js";
import type { OwnRecord } from "./state.js";

/**
 * Compares the stack's records of one zone with all that the zone has. A record is found by its id, else as what
 * somebody put in its place. Pure.
 * @param title the host's name in messages
 */
export function compareZone(
  own: readonly OwnRecord[],
  live: readonly HostRecord[],
  title: string,
): Finding[] {
  const matches = match(own, live);
  const taken = new Set([...matches.values()].map(({ importId }) => importId));
  const others = groupBy(
    live.filter(({ importId }) => !taken.has(importId)),
    ({ name }) => name,
  );
  const told = new Set<string>();
  return own.flatMap((record) => {
    const { kind } = record;
    const found = matches.get(record);
    const beside = kind === undefined ? [] : (others.get(record.name) ?? []);
    const inTheWay = beside.filter((other) => conflicts({ kind: kind!, type: recordType(record) }, other));
    if (found === undefined) return [gone(record, inTheWay, title)];
    // Two records of ours at one name suffer from the same alias.
    const fresh = inTheWay.filter(({ importId }) => !told.has(importId));
    for (const { importId } of fresh) told.add(importId);
    const changes = changesOf(record, found);
    const recreated = found.importId !== record.importId;
    return [
      ...(recreated ? [recreatedRecord(record, found, changes, title)] : []),
      ...(!recreated && changes.length > 0 ? [changed(record, found, changes, title)] : []),
      ...(fresh.length > 0 ? [rival(record, fresh, title)] : []),
    ];
  });
}

function match(own: readonly OwnRecord[], live: readonly HostRecord[]): ReadonlyMap<OwnRecord, HostRecord> {
  const byId = new Map(live.map((record) => [record.importId, record]));
  const matches = new Map<OwnRecord, HostRecord>();
  for (const record of own) {
    const found = byId.get(record.importId);
    if (found !== undefined) matches.set(record, found);
  }
  const taken = new Set([...matches.values()].map(({ importId }) => importId));
  const byName = groupBy(live, ({ name }) => name);
  for (const record of own) {
    if (matches.has(record)) continue;
    const candidates = (byName.get(record.name) ?? []).filter(
      (other) => !taken.has(other.importId) && isInPlaceOf(record, other),
    );
    const found = candidates.find(({ value }) => value === record.value) ?? candidates[0];
    if (found === undefined) continue;
    matches.set(record, found);
    taken.add(found.importId);
  }
  return matches;
}

/** Whether the other record is what ours would be. Other TXT records at the name are none of our business. */
function isInPlaceOf(record: OwnRecord, other: HostRecord): boolean {
  if (other.type !== record.type) return false;
  return (
    other.value === record.value ||
    record.type === "CNAME" ||
    (record.kind !== undefined && conflicts({ kind: record.kind, type: recordType(record) }, other))
  );
}

function recordType({ type }: PublishedRecord): "CNAME" | "MX" | "TXT" {
  return type as "CNAME" | "MX" | "TXT";
}

function changesOf(record: PublishedRecord, live: PublishedRecord): FieldChange[] {
  const [was, is] = [fields(record), fields(live)];
  return Object.keys(was)
    .filter((field) => was[field] !== is[field])
    .map((field) => ({ field, recorded: was[field]!, live: is[field]! }));
}

/** The fields of a record by the names that its host gives them. */
function fields({ type, name, value, ttl, plain }: PublishedRecord): Record<string, string> {
  const [, priority = "", host = value] = (type === "MX" && /^(\S*) (.*)$/s.exec(value)) || [];
  return {
    type,
    name,
    content: host,
    priority,
    ttl: ttl === 1 ? "automatic" : `${ttl}`,
    proxied: plain ? "no" : "yes",
  };
}

function base(record: OwnRecord) {
  const { urn, resource, domain } = record;
  return {
    urn,
    resource,
    ...(domain !== undefined && { domain }),
    object: `the ${record.type} record ${record.name}`,
    changes: [],
    inTheWay: [],
  };
}

function gone(record: OwnRecord, inTheWay: readonly HostRecord[], title: string): Finding {
  const blocked = inTheWay.length > 0;
  return {
    ...base(record),
    kind: "gone",
    inTheWay: inTheWay.map(({ shown }) => shown),
    meaning: lossOf(record.kind),
    remedy: blocked ? `${removal(inTheWay, title)}, then run drift again` : REFRESHED,
    refresh: blocked ? [] : [record.urn],
  };
}

function recreatedRecord(
  record: OwnRecord,
  live: HostRecord,
  changes: readonly FieldChange[],
  title: string,
): Finding {
  // The same condition as for adoption: what a product of the host owns is never taken over.
  const same = changes.length === 0 && live.owner === undefined;
  return {
    ...base(record),
    kind: "recreated",
    changes,
    inTheWay: same ? [] : [live.shown],
    meaning: same
      ? "Mail is not affected: the new record says the same. Updates of the old one would fail."
      : meaningOf(record, live, changes),
    remedy: same
      ? `${REFRESHED}; the update adopts the new record`
      : `${removal([live], title)}, then run drift again`,
    refresh: same ? [record.urn] : [],
  };
}

function changed(
  record: OwnRecord,
  live: HostRecord,
  changes: readonly FieldChange[],
  title: string,
): Finding {
  const added = addedReports(record, live);
  return {
    ...base(record),
    kind: "changed",
    changes,
    meaning:
      added === undefined
        ? meaningOf(record, live, changes)
        : `Reports also go to ${added}. Somebody added this outside this project, as ${title} does when its DMARC management is turned on.`,
    remedy:
      added === undefined
        ? REFRESHED
        : `${REFRESHED}; the update keeps the addition, and says how to add it to the domain file`,
    refresh: [record.urn],
  };
}

/** The report destinations that somebody added to a DMARC record, if nothing else has changed. */
function addedReports({ kind, value }: OwnRecord, live: HostRecord): string | undefined {
  if (kind !== "dmarc" || live.type !== "TXT") return undefined;
  const { aggregateReports, failureReports } = foreignReports(live.value, [value]);
  const added = [...aggregateReports, ...failureReports];
  const rest = foreignReports(value, [live.value]);
  const lost = rest.aggregateReports.length + rest.failureReports.length;
  if (added.length === 0 || lost > 0) return undefined;
  return saysTheSame(withoutReports(value), withoutReports(live.value)) ? added.join(", ") : undefined;
}

function withoutReports(dmarc: string): string {
  return dmarc.replace(/;\s*(?:rua|ruf)\s*=[^;]*/gi, "");
}

function meaningOf({ kind }: OwnRecord, live: HostRecord, changes: readonly FieldChange[]): string {
  const differs = new Set(changes.map(({ field }) => field));
  if (["type", "name", "content"].some((field) => differs.has(field))) {
    return `Receivers act on what the record says now. ${lossOf(kind)}`;
  }
  if (differs.has("proxied") && !live.plain) {
    return `Queries get the proxy's answer instead of the record. ${lossOf(kind)}`;
  }
  if (differs.has("priority")) return "Mail is not affected: it is the only MX at the name.";
  return "Mail is not affected: only the time for which resolvers keep the record differs.";
}

function lossOf(kind: KindName | undefined): string {
  return kind === undefined
    ? "This version of mailstack does not know what the record is for."
    : KINDS[kind].loss;
}

function rival(record: OwnRecord, found: readonly HostRecord[], title: string): Finding {
  return {
    ...base(record),
    kind: "rival",
    inTheWay: found.map(({ shown }) => shown),
    meaning: harmOf(record, found),
    remedy: `${removal(found, title)}; a refresh does not repair this`,
    refresh: [],
  };
}

/** How to get rid of records that aren't ours. */
function removal(found: readonly HostRecord[], title: string): string {
  const owner = found.find((other) => other.owner !== undefined)?.owner;
  if (owner !== undefined) return `switch ${owner} off, which owns the record in the way`;
  return found.length === 1 ? `delete the other record at ${title}` : `delete the other records at ${title}`;
}

function harmOf({ kind, type }: OwnRecord, found: readonly HostRecord[]): string {
  const loss = lossOf(kind);
  if (found.some(({ alias }) => alias)) {
    return `Resolvers follow the CNAME at the name and don't see this record (RFC 2181 §10.1). ${loss}`;
  }
  if (type === "MX") return `Of this name there must be only one MX. ${loss}`;
  const { txt }: Kind = KINDS[kind!];
  if (txt !== undefined && found.some((other) => other.type === "TXT")) {
    return `Receivers use none of several such records (${txt.rule}). ${loss}`;
  }
  return `The name belongs to this record alone. ${loss}`;
}
