import { diff } from "./diff.js";
import type { PropertySpecs } from "./resource.js";
import { isObject, type Properties, type Value } from "./values.js";

/**
 * The inputs that describe the resource after a refresh: the existing ones, each with the service's value if that
 * means something else.
 */
export function refreshedInputs(inputs: Properties, state: Properties, specs: PropertySpecs): Properties {
  const changed = new Set(diff(state, inputs, specs).map((change) => /^\w+/.exec(change.path)?.[0]));
  const result: Properties = {};
  for (const [key, spec] of Object.entries(specs)) {
    const before = inputs[key];
    const now = state[key];
    if (!changed.has(key)) {
      if (before !== undefined) result[key] = before;
    } else if (now !== undefined && now !== null) {
      result[key] = spec.properties && isObject(now) ? settable(now, spec.properties, before) : now;
    }
  }
  return result;
}

/** The inputs that would create the resource in its current state. */
export function importedInputs(state: Properties, specs: PropertySpecs): Properties {
  return settable(state, specs, undefined);
}

function settable(state: Properties, specs: PropertySpecs, before: Value | undefined): Properties {
  const keys = Object.keys(specs).filter(
    (key) => !isObject(before) || key in before || !specs[key]!.computed,
  );
  const entries = keys.flatMap((key): [string, Value][] => {
    const value = state[key];
    const nested = specs[key]!.properties;
    if (value === undefined || value === null || isEmptyCollection(value)) return [];
    return [[key, nested && isObject(value) ? settable(value, nested, undefined) : value]];
  });
  return Object.fromEntries(entries);
}

function isEmptyCollection(value: Value): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
