import { diff } from "../diff.js";
import type { PropertySpec, PropertySpecs, ResourceType } from "../resource.js";
import { isObject, present, text, UNKNOWN, type Properties, type Value } from "../values.js";
import { RequestError, type CloudflareConnection } from "./connection.js";
import { fromApi, toApi } from "./shapes.js";

const SETTINGS = { flattenCname: false, ipv4Only: false, ipv6Only: false };
const flag: PropertySpec = { type: "boolean", computed: true };

const inputs: PropertySpecs = {
  comment: { type: "string" },
  content: { type: "string", computed: true, equivalent: sameContent },
  data: { type: "object" },
  includeShadowMetadata: flag,
  name: { type: "string", required: true, equivalent: sameName },
  priority: { type: "number" },
  privateRouting: { type: "boolean" },
  proxied: { type: "boolean", default: false },
  settings: {
    type: "object",
    computed: true,
    properties: { flattenCname: flag, ipv4Only: flag, ipv6Only: flag },
  },
  tags: { type: "set", computed: true },
  ttl: { type: "number", required: true },
  type: { type: "string", required: true, replaces: true },
  zoneId: { type: "string", required: true, replaces: true },
};

/** Set by the API; never sent. */
const COMPUTED = ["commentModifiedOn", "createdOn", "meta", "modifiedOn", "proxiable", "tagsModifiedOn"];
/** Part of the request's address. */
const ADDRESS = ["zoneId", "includeShadowMetadata"];

/** `cloudflare:index/dnsRecord:DnsRecord`, upstream `cloudflare_dns_record`. */
export const dnsRecord: ResourceType<CloudflareConnection> = {
  inputs,
  outputs: {
    commentModifiedOn: { type: "string" },
    createdOn: { type: "string" },
    meta: { type: "string" },
    modifiedOn: { type: "string" },
    proxiable: { type: "boolean" },
    tagsModifiedOn: { type: "string" },
  },
  check(given) {
    if (given["content"] !== undefined && given["data"] !== undefined) {
      return [
        {
          property: "content",
          reason:
            'Invalid Attribute Combination. Attribute "data" cannot be specified when "content" is specified',
        },
      ];
    }
    const priority = given["priority"];
    if (typeof priority === "number" && (priority < 0 || priority > 65535)) {
      return [
        {
          property: "priority",
          reason: `Invalid Attribute Value. Attribute priority value must be between 0.000000 and 65535.000000, got: ${priority.toFixed(6)}`,
        },
      ];
    }
    return [];
  },
  plan: (wanted, state) => (state ? planUpdate(wanted, state) : planCreate(wanted)),
  async create(wanted, connection) {
    if (wanted["proxied"] === true && wanted["ttl"] !== 1) {
      throw new Error(
        "ttl must be set to 1 when `proxied` is true: When a DNS record is marked as `proxied` the TTL must be 1 as Cloudflare will control the TTL internally.",
      );
    }
    const planned = withSettings(wanted);
    const record = await send("post", recordsPath(wanted), requestBody(planned, {}), connection);
    return { id: String(record["id"]), state: written(planned, record) };
  },
  async read(importId, state, connection) {
    const { zoneId, id } = address(importId, state);
    try {
      const query = state["includeShadowMetadata"] === true ? { include_shadow_metadata: true } : {};
      const path = `/zones/${encodeURIComponent(zoneId)}/dns_records/${encodeURIComponent(id)}`;
      const { result } = await connection.request<Record<string, unknown>>("get", path, { query });
      return { id, state: stateOf(result, zoneId, state) };
    } catch (error) {
      // An import of a record that isn't there is a mistake, a record that has gone is news.
      const refreshing = Object.keys(state).length > 0;
      if (refreshing && error instanceof RequestError && error.status === 404) return undefined;
      throw error;
    }
  },
  async update(id, state, wanted, connection) {
    const planned = planUpdate(wanted, state);
    const path = `${recordsPath(state)}/${encodeURIComponent(id)}`;
    const record = await send("put", path, requestBody(planned, state), connection);
    return written(planned, record);
  },
  async delete(id, state, connection) {
    await connection.request("delete", `${recordsPath(state)}/${encodeURIComponent(id)}`);
  },
};

async function send(
  method: "post" | "put",
  path: string,
  body: Record<string, unknown>,
  connection: CloudflareConnection,
): Promise<Record<string, unknown>> {
  const { result } = await connection.request<Record<string, unknown>>(method, path, { body });
  return result;
}

function recordsPath(properties: Properties): string {
  return `/zones/${encodeURIComponent(String(properties["zoneId"]))}/dns_records`;
}

/** A record in the state has its zone as a property; an import id names both. */
function address(id: string, state: Properties): { zoneId: string; id: string } {
  const known = text(state, "zoneId");
  if (known !== undefined) return { zoneId: known, id };
  const [zoneId, recordId, ...rest] = id.split("/").map(decoded);
  if (!zoneId || !recordId || rest.length > 0) {
    throw new Error(`invalid ID: expected urlencoded segments "<zone_id>/<dns_record_id>", got "${id}"`);
  }
  return { zoneId, id: recordId };
}

/** Undefined for what is not urlencoded. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** What is sent: everything that is wanted, and null for what the record had and is to lose. */
function requestBody(planned: Properties, state: Properties): Record<string, unknown> {
  const sent = Object.keys(inputs).filter((key) => !ADDRESS.includes(key));
  const body: Properties = {};
  for (const key of sent) {
    const value = planned[key];
    if (value !== undefined && value !== UNKNOWN) body[key] = value;
    else if (state[key] !== undefined && inputs[key]!.computed !== true) body[key] = null;
  }
  return toApi(body);
}

/** After a write the state keeps the program's own values, and the rest comes from the answer. */
function written(planned: Properties, record: Record<string, unknown>): Properties {
  const answer = fromRecord(record);
  const open = Object.keys(inputs).filter((key) => inputs[key]!.computed && isOpen(planned[key]));
  const decided = [...COMPUTED, ...open].map((key) => [key, answer[key]] as const);
  return withSettings(present({ ...planned, ...Object.fromEntries(decided) }));
}

function isOpen(value: Value | undefined): boolean {
  return value === undefined || value === UNKNOWN;
}

function stateOf(record: Record<string, unknown>, zoneId: string, before: Properties): Properties {
  const state = withSettings({
    ...present({ includeShadowMetadata: before["includeShadowMetadata"] }),
    ...fromRecord(record),
    zoneId,
  });
  const keys = new Set([...Object.keys(inputs), ...COMPUTED]);
  // `data` repeats the content of simple types; only a record that was made from it keeps it.
  if (!isObject(before["data"]) && text(state, "content") !== undefined) keys.delete("data");
  return Object.fromEntries(Object.entries(state).filter(([key]) => keys.has(key)));
}

function fromRecord(record: Record<string, unknown>): Properties {
  const { meta, ...rest } = record;
  const properties = fromApi(rest);
  // An empty settings object says nothing.
  if (isObject(properties["settings"]) && Object.keys(properties["settings"]).length === 0) {
    delete properties["settings"];
  }
  return { ...properties, ...(meta !== null && meta !== undefined && { meta: JSON.stringify(meta) }) };
}

/** Only CNAME records have settings, and theirs are always spelt out. */
function withSettings(properties: Properties): Properties {
  if (properties["type"] !== "CNAME") return properties;
  const given = properties["settings"];
  return { ...properties, settings: { ...SETTINGS, ...(isObject(given) ? given : {}) } };
}

function planCreate(wanted: Properties): Properties {
  const unknown = Object.fromEntries(
    COMPUTED.filter((key) => !isNullWithout(key, wanted)).map((key) => [key, UNKNOWN]),
  );
  const open = { ...(wanted["data"] !== undefined && { content: UNKNOWN }), tags: UNKNOWN };
  return withSettings({ ...unknown, ...open, ...wanted });
}

function planUpdate(wanted: Properties, state: Properties): Properties {
  const changed = diff(state, wanted, inputs).map((change) => change.path);
  const kept = Object.fromEntries(
    Object.entries(state).filter(([key]) => COMPUTED.includes(key) || inputs[key]?.computed === true),
  );
  const planned: Properties = { ...kept, ...wanted };
  for (const key of ["name", "content"]) {
    // A spelling that means the same is no change, and the state's spelling stays.
    if (wanted[key] !== undefined && !changed.includes(key)) planned[key] = state[key]!;
  }
  if (changed.length > 0) planned["modifiedOn"] = UNKNOWN;
  if (changed.includes("comment")) planned["commentModifiedOn"] = UNKNOWN;
  if (changed.includes("tags")) planned["tagsModifiedOn"] = UNKNOWN;
  return withSettings(
    Object.fromEntries(Object.entries(planned).filter(([key]) => !isNullWithout(key, planned))),
  );
}

/** The time of the last change to a comment or to tags exists only with them. */
function isNullWithout(key: string, properties: Properties): boolean {
  const tags = properties["tags"];
  if (key === "commentModifiedOn") return (properties["comment"] ?? "") === "";
  return key === "tagsModifiedOn" && (!Array.isArray(tags) || tags.length === 0);
}

/** DNS names are case-insensitive, so a CNAME's target is; anything else is compared byte for byte. */
function sameContent(wanted: Value, actual: Value, state: Properties): boolean {
  return (
    state["type"] === "CNAME" &&
    typeof wanted === "string" &&
    typeof actual === "string" &&
    wanted.toLowerCase() === actual.toLowerCase()
  );
}

/** A program may write `@` or a name without its zone; the API answers with the full name. */
function sameName(wanted: Value, actual: Value): boolean {
  if (typeof wanted !== "string" || typeof actual !== "string") return false;
  const short = wanted.replace(/\.$/, "");
  const full = actual.replace(/\.$/, "");
  if (short === "@") return full.includes(".");
  return short === full || full.startsWith(`${short}.`);
}
