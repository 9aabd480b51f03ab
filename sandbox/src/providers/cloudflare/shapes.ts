import type { Properties, Value } from "../values.js";

/** Cloudflare's JSON, with its names as Pulumi writes them (`flatten_cname` → `flattenCname`) and nulls left out. */
export function fromApi(json: Record<string, unknown>): Properties {
  return Object.fromEntries(
    Object.entries(json)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [camelCase(key), fromApiValue(value)]),
  );
}

function fromApiValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromApiValue);
  return typeof value === "object" && value !== null
    ? fromApi(value as Record<string, unknown>)
    : (value as Value);
}

/** Pulumi's names as the API writes them, at every depth. */
export function toApi(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [snakeCase(key), toApiValue(value)]),
  );
}

function toApiValue(value: Value): unknown {
  if (Array.isArray(value)) return value.map(toApiValue);
  return typeof value === "object" && value !== null ? toApi(value as Properties) : value;
}

function camelCase(key: string): string {
  // Pulumi makes a plural of a list's name, and this one's is irregular.
  if (key === "shadowed_by") return "shadowedBies";
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
