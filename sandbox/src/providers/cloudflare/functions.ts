import type { InvokeFunction } from "../resource.js";
import { isObject, text, type Properties, type Value } from "../values.js";
import type { CloudflareConnection, Envelope } from "./connection.js";
import { fromApi, toApi } from "./shapes.js";

type Json = Record<string, unknown>;
type Query = Record<string, string | number | boolean | string[]>;

const DEFAULT_MAX_ITEMS = 1_000;

/** `cloudflare:index/getZone:getZone`: by id, or by a filter that exactly one zone meets; then two requests. */
const getZone: InvokeFunction<CloudflareConnection> = async (args, connection) => {
  const id = await idOf(args, "zoneId", "/zones", connection);
  const { result } = await connection.request<Json>("get", `/zones/${encodeURIComponent(id)}`);
  return { ...args, ...fromApi(result), id, zoneId: id };
};

/** `cloudflare:index/getZones:getZones`. */
const getZones: InvokeFunction<CloudflareConnection> = async (args, connection) => {
  const { maxItems, ...filter } = args;
  const results = await listAll("/zones", queryOf(filter), maxItems, connection);
  return { match: "all", ...args, results };
};

/** `cloudflare:index/getZoneDnsSettings:getZoneDnsSettings`. */
const getZoneDnsSettings: InvokeFunction<CloudflareConnection> = async (args, connection) => {
  const path = `/zones/${encodeURIComponent(required(args, "zoneId"))}/dns_settings`;
  const { result } = await connection.request<Json>("get", path);
  return { ...args, ...fromApi(result) };
};

/** `cloudflare:index/getDnsRecords:getDnsRecords`. */
const getDnsRecords: InvokeFunction<CloudflareConnection> = async (args, connection) => {
  const { maxItems, zoneId: _, ...filter } = args;
  const results = await listAll(recordsPath(args), queryOf(filter), maxItems, connection, withJsonMeta);
  const defaults = {
    direction: "asc",
    includeShadowMetadata: false,
    match: "all",
    order: "type",
    proxied: false,
    tagMatch: "all",
  };
  return { ...defaults, ...args, results };
};

/** `cloudflare:index/getDnsRecord:getDnsRecord`: by id, or by a filter that exactly one record meets. */
const getDnsRecord: InvokeFunction<CloudflareConnection> = async (args, connection) => {
  const records = recordsPath(args);
  const id = await idOf(args, "dnsRecordId", records, connection);
  const { result } = await connection.request<Json>("get", `${records}/${encodeURIComponent(id)}`);
  return { includeShadowMetadata: false, ...args, ...fromApi(result), id };
};

export const functions = {
  "cloudflare:index/getZone:getZone": getZone,
  "cloudflare:index/getZones:getZones": getZones,
  "cloudflare:index/getZoneDnsSettings:getZoneDnsSettings": getZoneDnsSettings,
  "cloudflare:index/getDnsRecords:getDnsRecords": getDnsRecords,
  "cloudflare:index/getDnsRecord:getDnsRecord": getDnsRecord,
};

function recordsPath(args: Properties): string {
  return `/zones/${encodeURIComponent(required(args, "zoneId"))}/dns_records`;
}

function required(args: Properties, key: string): string {
  const value = text(args, key);
  if (value === undefined) throw new Error(`Missing required argument: ${key}`);
  return value;
}

/** The id that is given, or that of the one object the filter finds; only the first page is looked at. */
async function idOf(
  args: Properties,
  key: "zoneId" | "dnsRecordId",
  path: string,
  connection: CloudflareConnection,
): Promise<string> {
  const given = text(args, key);
  const filter = args["filter"];
  if ((given === undefined) === !isObject(filter)) {
    const snake = key === "zoneId" ? "zone_id" : "dns_record_id";
    throw new Error(
      `Invalid Attribute Combination: Exactly one of these attributes must be configured: [${snake},filter]`,
    );
  }
  if (given !== undefined) return given;
  const { result } = await connection.request<Json[]>("get", path, { query: queryOf(filter as Properties) });
  if (result.length !== 1) throw new Error(`failed to find exactly one result: ${result.length} found`);
  return String(result[0]!["id"]);
}

async function listAll(
  path: string,
  query: Query,
  maxItems: Value | undefined,
  connection: CloudflareConnection,
  shape: (json: Json) => Json = (json) => json,
): Promise<Properties[]> {
  const wanted = typeof maxItems === "number" ? maxItems : DEFAULT_MAX_ITEMS;
  const results: Properties[] = [];
  for (let page = 1; results.length < wanted; page++) {
    const envelope: Envelope<Json[]> = await connection.request<Json[]>("get", path, {
      query: { ...query, page },
    });
    results.push(...envelope.result.map((json) => fromApi(shape(json))));
    if (envelope.result.length === 0 || page >= (envelope.result_info?.total_pages ?? page)) break;
  }
  return results.slice(0, wanted);
}

/** `{ name: { exact: "x" } }` → `name.exact=x`, as the API wants nested filters. */
function queryOf(filter: Properties): Query {
  const query: Query = {};
  for (const [key, value] of Object.entries(toApi(filter))) {
    const name = key === "types" ? "type" : key;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, nested] of Object.entries(value as Json)) {
        query[`${name}.${inner}`] = nested as string;
      }
    } else if (value !== null && value !== undefined) {
      query[name] = value as Query[string];
    }
  }
  return query;
}

/** In a list of records `meta` is JSON text, with the API's own names; in a single record it is an object. */
function withJsonMeta(record: Json): Json {
  return record["meta"] === undefined ? record : { ...record, meta: JSON.stringify(record["meta"]) };
}
