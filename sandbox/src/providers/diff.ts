import { isDeepStrictEqual } from "node:util";
import type { PropertySpec, PropertySpecs } from "./resource.js";
import { containsUnknown, isObject, type Properties, type Value } from "./values.js";

/** One changed property, by its path (`dkimSigningAttributes.nextSigningKeyLength`, `tags.team`). */
export interface Change {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/**
 * What must change for the resource in `state` to become what `inputs` ask for. The comparison uses the state and not
 * earlier inputs: after a refresh the state reflects the service, and drift shows as a change.
 */
export function diff(state: Properties, inputs: Properties, specs: PropertySpecs): Change[] {
  return diffProperties(state, inputs, specs, "", false, state);
}

function diffProperties(
  actual: Properties,
  wanted: Properties,
  specs: PropertySpecs,
  prefix: string,
  replaces: boolean,
  state: Properties,
): Change[] {
  return Object.entries(specs).flatMap(([key, spec]) =>
    diffValue(actual[key], wanted[key], spec, prefix + key, replaces || spec.replaces === true, state),
  );
}

function diffValue(
  actual: Value | undefined,
  wanted: Value | undefined,
  spec: PropertySpec,
  path: string,
  replaces: boolean,
  state: Properties,
): Change[] {
  if (isEmpty(wanted)) {
    const none = isEmpty(actual) || isFalsy(actual) || spec.computed === true;
    return none ? [] : [{ path, kind: "delete", replaces }];
  }
  if (isEmpty(actual)) {
    return isFalsy(wanted) ? [] : [{ path, kind: "add", replaces }];
  }
  if (isObject(wanted) && isObject(actual)) {
    if (spec.properties) return diffProperties(actual, wanted, spec.properties, `${path}.`, replaces, state);
    return diffMaps(actual, wanted, path, replaces);
  }
  return sameValue(wanted, actual, spec, state) ? [] : [{ path, kind: "update", replaces }];
}

function diffMaps(actual: Properties, wanted: Properties, path: string, replaces: boolean): Change[] {
  return [...new Set([...Object.keys(actual), ...Object.keys(wanted)])].flatMap((key): Change[] => {
    const inner = /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
    if (wanted[key] === undefined) return [{ path: inner, kind: "delete", replaces }];
    if (actual[key] === undefined) return [{ path: inner, kind: "add", replaces }];
    return isDeepStrictEqual(wanted[key], actual[key]) ? [] : [{ path: inner, kind: "update", replaces }];
  });
}

function sameValue(wanted: Value, actual: Value, spec: PropertySpec, state: Properties): boolean {
  if (containsUnknown(wanted)) return false;
  if (spec.type === "set" && Array.isArray(wanted) && Array.isArray(actual)) {
    return isDeepStrictEqual([...wanted].sort(), [...actual].sort());
  }
  if (spec.properties && Array.isArray(wanted) && Array.isArray(actual)) {
    return (
      wanted.length === actual.length &&
      wanted.every(
        (element, i) =>
          diffValue(actual[i], element, { ...spec, type: "object" }, "", false, state).length === 0,
      )
    );
  }
  return isDeepStrictEqual(wanted, actual) || spec.equivalent?.(wanted, actual, state) === true;
}

function isEmpty(value: Value | undefined): value is undefined | null {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** False, or false at every depth: the upstream provider treats that like leaving it out. */
function isFalsy(value: Value | undefined): boolean {
  return value === false || (isObject(value) && Object.values(value).every(isFalsy));
}
