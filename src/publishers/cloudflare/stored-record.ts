import { plainText, toTxtContent } from "../../syntax/txt.js";
import { ownersOf } from "./mail-products.js";
import type { HostRecord, Properties, PublishedRecord, RecordedRecord } from "../publisher.js";

export const RECORD_TYPE = "cloudflare:index/dnsRecord:DnsRecord";

/** Value as a person types it: TXT unquoted in one piece, MX as `10 host`; names in lower case. */
export function typedValue(type: string, stored: string, priority: unknown): string {
  switch (type) {
    case "TXT":
      return plainText(stored);
    case "MX":
      return `${String(priority)} ${stored.toLowerCase()}`;
    case "CNAME":
      return stored.toLowerCase();
    default:
      return stored;
  }
}

/** The record of a resource, from its inputs or outputs. */
export function readRecord({
  zoneId,
  type,
  name,
  content,
  priority,
}: Properties): RecordedRecord | undefined {
  if (typeof zoneId !== "string" || typeof type !== "string" || typeof name !== "string") return undefined;
  return {
    zone: zoneId,
    type,
    name: name.toLowerCase(),
    value: typedValue(type, typeof content === "string" ? content : "", priority),
  };
}

/** The record of a resource in the stack's state, as it was last seen. @param id of the record */
export function recorded(id: string, properties: Properties): PublishedRecord | undefined {
  const record = readRecord(properties);
  if (record === undefined) return undefined;
  const { ttl, proxied } = properties;
  return {
    ...record,
    importId: `${record.zone}/${id}`,
    ttl: typeof ttl === "number" ? ttl : 1,
    plain: proxied !== true,
  };
}

const COMMENT = /^mailstack:stack=(\S+)$/;

/** The stack that a comment names. */
export function stackOf(comment: unknown): string | undefined {
  return typeof comment === "string" ? COMMENT.exec(comment)?.[1] : undefined;
}

/** A record in Cloudflare's API. */
export interface CloudflareRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** TXT with or without quotes; for MX only the host. */
  readonly content?: string;
  readonly ttl: number;
  readonly priority?: number;
  readonly proxied?: boolean;
  readonly tags?: readonly string[] | null;
  readonly settings?: object | null;
  /** Cloudflare's remarks, as JSON or as text. */
  readonly meta?: string | Readonly<Record<string, unknown>>;
  /** May name the stack. */
  readonly comment?: string;
}

/**
 * The record in the form that all hosts share. Pure.
 * @param zoneName undefined if unknown
 * @param owner the product that manages it, if any
 */
export function hostRecord(
  { id, type, ttl, priority, proxied = false, ...record }: CloudflareRecord,
  zone: string,
  zoneName: string | undefined,
  owner?: string,
): HostRecord {
  const { content = "" } = record;
  const value = typedValue(type, content, priority);
  const extras = extrasOf(type, value, record);
  const name = record.name.toLowerCase();
  const stack = stackOf(record.comment);
  return {
    zone,
    type,
    name,
    value,
    importId: `${zone}/${id}`,
    shown: `${type} ${content} (id ${id}${owner === undefined ? "" : `, of ${owner}`})`,
    ttl,
    plain: !proxied,
    // Cloudflare answers with its own records for a proxied CNAME, and for one at the apex of a zone.
    alias: type === "CNAME" && !proxied && name !== zoneName,
    ...(owner !== undefined && { owner }),
    ...(stack !== undefined && { stack }),
    ...(extras.length > 0 && { extras }),
  };
}

/** What of a stored record ours don't have. */
function extrasOf(
  type: string,
  value: string,
  { content = "", tags, settings }: Pick<CloudflareRecord, "content" | "tags" | "settings">,
): string[] {
  const own = Object.entries(settings ?? {}).flatMap(([name, on]) => (on === true ? [name] : []));
  return [
    ...(tags?.length ? [`the tags ${tags.join(", ")}`] : []),
    ...(own.length > 0 ? [`the settings ${own.join(", ")}`] : []),
    // The API keeps TXT as it was given, with or without quotes.
    ...(type === "TXT" && content !== toTxtContent(value) ? [`the spelling ${content}`] : []),
    ...(type === "MX" && content !== content.toLowerCase() ? [`the spelling ${content}`] : []),
  ];
}

/** All records of a zone, or of a name. Pure. @param zoneName undefined if unknown */
export function hostRecords(
  records: readonly CloudflareRecord[],
  zone: string,
  zoneName: string | undefined,
): HostRecord[] {
  const owners = ownersOf(records);
  return records.map((record) => hostRecord(record, zone, zoneName, owners.get(record.id)));
}
