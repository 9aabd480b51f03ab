import { errors } from "./errors.js";
import { recordName } from "./names.js";
import type { Plan } from "./plan.js";
import { normalizeContent, recordTypes, takesPriority } from "./record-content.js";
import { isProxiable, type DnsRecord, type RecordFields, type RecordSettings } from "./record.js";

const maxTtl = 86400;
const automaticTtl = 1;
const settingNames = ["flatten_cname", "ipv4_only", "ipv6_only"] as const;

/**
 * Reads the body of a record operation. For POST and PUT the body is the whole record; for PATCH, `previous` supplies
 * what the body leaves out.
 * @throws ApiError for the first thing that is wrong
 */
export function readRecord(
  body: Readonly<Record<string, unknown>>,
  zoneName: string,
  plan: Plan,
  previous?: DnsRecord,
): RecordFields {
  const value = (field: keyof RecordFields): unknown => (field in body ? body[field] : previous?.[field]);
  const type = readType(value("type"));
  const name = recordName(value("name"), zoneName);
  // A PATCH that brings new content replaces data that was made for the old one.
  const data = "content" in body && !("data" in body) ? undefined : value("data");
  const content = normalizeContent({ type, name, content: value("content"), data });
  const proxied = readProxied(value("proxied"), type);
  const priority = takesPriority(type)
    ? readPriority(body["priority"] ?? content.priority ?? previous?.priority)
    : undefined;
  return {
    name,
    type,
    content: content.content,
    ...(content.data !== undefined && { data: content.data }),
    ...(priority !== undefined && { priority }),
    proxied,
    ttl: readTtl(value("ttl"), proxied, plan),
    settings: readSettings(value("settings"), type, plan),
    comment: readComment(value("comment"), plan),
    tags: readTags(value("tags"), plan),
  };
}

function readType(type: unknown): string {
  const upper = typeof type === "string" ? type.toUpperCase() : "";
  if (!recordTypes.has(upper)) throw errors.invalidType();
  return upper;
}

function readProxied(proxied: unknown, type: string): boolean {
  if (proxied === undefined || proxied === null) return false;
  if (typeof proxied !== "boolean") throw errors.invalidParameter("proxied", "must be true or false");
  if (proxied && !isProxiable(type)) throw errors.notProxiable();
  return proxied;
}

/** A proxied record's TTL is the proxy's business and reads 1, whatever was sent. */
function readTtl(ttl: unknown, proxied: boolean, plan: Plan): number {
  const seconds = ttl === undefined || ttl === null ? automaticTtl : ttl;
  const valid =
    typeof seconds === "number" &&
    Number.isInteger(seconds) &&
    (seconds === automaticTtl || (seconds >= plan.minTtl && seconds <= maxTtl));
  if (!valid) throw errors.invalidTtl(plan.minTtl);
  return proxied ? automaticTtl : seconds;
}

function readPriority(priority: unknown): number {
  if (priority === undefined || priority === null) throw errors.priorityRequired();
  const valid =
    typeof priority === "number" && Number.isInteger(priority) && priority >= 0 && priority <= 65535;
  if (!valid) throw errors.invalidParameter("priority", "must be an integer from 0 to 65535");
  return priority;
}

function readSettings(settings: unknown, type: string, plan: Plan): RecordSettings {
  if (typeof settings !== "object" || settings === null) return {};
  const given = settings as Record<string, unknown>;
  const read: Partial<Record<(typeof settingNames)[number], boolean>> = {};
  for (const name of settingNames) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "boolean")
      throw errors.invalidParameter(`settings.${name}`, "must be true or false");
    if (name === "flatten_cname" && type !== "CNAME") continue;
    if (name === "flatten_cname" && value && !plan.flattening) throw errors.flattenUnavailable();
    if (isProxiable(type)) read[name] = value;
  }
  if (read.ipv4_only && read.ipv6_only) {
    throw errors.invalidParameter("settings", "ipv4_only and ipv6_only exclude each other");
  }
  return read;
}

function readComment(comment: unknown, plan: Plan): string | null {
  if (comment === undefined || comment === null || comment === "") return null;
  if (typeof comment !== "string" || /[\r\n]/.test(comment)) throw errors.invalidComment();
  const length = [...comment].length;
  if (length > plan.maxComment) throw errors.commentTooLong(length, plan.maxComment);
  return comment;
}

/** Tags are `name` or `name:value` (Cloudflare DNS documentation, record attributes). */
function readTags(tags: unknown, plan: Plan): string[] {
  if (tags === undefined || tags === null) return [];
  if (!Array.isArray(tags)) throw errors.invalidTag(String(tags));
  for (const tag of tags as unknown[]) {
    if (typeof tag !== "string" || !/^[\w-]{1,32}(:.{0,100})?$/s.test(tag))
      throw errors.invalidTag(String(tag));
  }
  if (tags.length > plan.maxTags) throw errors.tagQuota(tags.length, plan.maxTags);
  return [...(tags as string[])];
}
