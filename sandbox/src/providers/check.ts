import type { CheckFailure, PropertySpec, PropertySpecs } from "./resource.js";
import { isObject, UNKNOWN, Unknown, type Properties, type Value } from "./values.js";

/** What the program gave, with defaults filled in and unknown keys dropped, and every way in which it is wrong. */
export function checkInputs(
  inputs: Properties,
  specs: PropertySpecs,
): { inputs: Properties; failures: CheckFailure[] } {
  const failures: CheckFailure[] = [];
  const checked: Properties = {};
  for (const [key, spec] of Object.entries(specs)) {
    const value = inputs[key] ?? spec.default ?? null;
    if (value !== null) checked[key] = checkValue(value, spec, key, failures);
    else if (spec.required === true) failures.push(missing(key, spec));
  }
  return { inputs: checked, failures };
}

function checkValue(value: Value, spec: PropertySpec, path: string, failures: CheckFailure[]): Value {
  if (value instanceof Unknown) return UNKNOWN;
  if (!hasType(value, spec)) {
    failures.push({ property: path, reason: `expected ${spec.type}, got ${JSON.stringify(value)}` });
    return value;
  }
  if (spec.values && !spec.values.includes(value as string)) {
    const allowed = spec.values.map((allowed) => JSON.stringify(allowed)).join(" ");
    failures.push({
      property: path,
      reason: `expected ${labelOf(path)} to be one of [${allowed}], got ${String(value)}`,
    });
  }
  if (spec.properties === undefined) return value;
  if (isObject(value)) return checkNested(value, spec.properties, path, failures);
  return (value as Value[]).map((element, index) =>
    isObject(element) ? checkNested(element, spec.properties!, `${path}[${index}]`, failures) : element,
  );
}

function checkNested(
  value: Properties,
  specs: PropertySpecs,
  path: string,
  failures: CheckFailure[],
): Properties {
  const nested = checkInputs(value, specs);
  failures.push(...nested.failures.map((f) => ({ ...f, property: `${path}.${f.property}` })));
  return nested.inputs;
}

function hasType(value: Value, spec: PropertySpec): boolean {
  switch (spec.type) {
    case "list":
    case "set":
      return Array.isArray(value);
    case "map":
    case "object":
      return isObject(value);
    default:
      return typeof value === spec.type;
  }
}

function missing(key: string, spec: PropertySpec): CheckFailure {
  const label = spec.label ?? labelOf(key);
  return {
    property: key,
    reason: `Missing required argument. The argument "${label}" is required, but no definition was found.`,
  };
}

/** `emailIdentity` → `email_identity`: the name that the upstream provider's messages use. */
export function labelOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
