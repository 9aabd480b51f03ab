import { isObject, type Properties, type Value } from "../values.js";
import { rfc3339 } from "./shared.js";

/** A structure of the SES API with its names as Pulumi writes them (`TlsPolicy` → `tlsPolicy`), at every depth. */
export function fromApi(structure: object): Properties {
  return Object.fromEntries(
    Object.entries(structure)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), fromApiValue(value)]),
  );
}

function fromApiValue(value: unknown): Value {
  if (value instanceof Date) return rfc3339(value)!;
  if (Array.isArray(value)) return value.map(fromApiValue);
  return typeof value === "object" && value !== null ? fromApi(value) : (value as Value);
}

/** Pulumi's names as the SES API writes them, at every depth. */
export function toApi(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      toApiValue(value),
    ]),
  );
}

function toApiValue(value: Value): unknown {
  if (Array.isArray(value)) return value.map(toApiValue);
  return isObject(value) ? toApi(value) : value;
}
