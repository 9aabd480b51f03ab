/**
 * Property values in the form the Pulumi protocol gives them on the wire: plain JSON, in which secrets,
 * outputs and resource references are objects that carry a signature, and an unknown is a fixed string.
 * The signatures are those of the Pulumi SDK (`runtime/rpc.ts`).
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
/** The properties of a resource. */
export type Properties = Record<string, Value>;

export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
export const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
export const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
/** Stands for a value that is known only once its resource has been created. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type ObjectValue = Record<string, Value>;

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasSignature(value: Value | undefined, signature: string): value is ObjectValue {
  return isObject(value) && value[SIGNATURE_KEY] === signature;
}

export function isSecret(value: Value | undefined): value is ObjectValue {
  return hasSignature(value, SECRET_SIGNATURE);
}

export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/** Applies `change` to every value, innermost first. */
export function mapValue(value: Value, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return change(value.map((item) => mapValue(item, change)));
  if (isObject(value)) return change(mapProperties(value, change));
  return change(value);
}

export function mapProperties(properties: Properties, change: (value: Value) => Value): Properties {
  const mapped: Properties = {};
  for (const [key, value] of Object.entries(properties)) mapped[key] = mapValue(value, change);
  return mapped;
}

/** Whether `test` holds for the value or anything inside it. */
export function someValue(value: Value | undefined, test: (value: Value) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => someValue(item, test));
  return isObject(value) && Object.values(value).some((item) => someValue(item, test));
}

export const containsUnknown = (value: Value | undefined): boolean => someValue(value, (v) => v === UNKNOWN);
export const containsSecret = (value: Value | undefined): boolean => someValue(value, isSecret);

/** Turns output values, which carry dependencies, into plain, secret or unknown values. */
export function lowerOutputs(properties: Properties): Properties {
  return mapProperties(properties, (value) => {
    if (!hasSignature(value, OUTPUT_SIGNATURE)) return value;
    const known = value["value"] ?? ("value" in value ? null : UNKNOWN);
    return value["secret"] === true ? secret(known) : known;
  });
}

/** The same properties without the secret marks, for a provider that doesn't take them. */
export function stripSecrets(properties: Properties): Properties {
  return mapProperties(properties, (value) => (isSecret(value) ? (value["value"] ?? null) : value));
}

/** The same properties with each resource replaced by its ID, or its URN if it has none. */
export function lowerResources(properties: Properties): Properties {
  return mapProperties(properties, (value) =>
    hasSignature(value, RESOURCE_SIGNATURE) ? (value["id"] ?? value["urn"] ?? null) : value,
  );
}

/** The value with each secret shown as `[secret]`. */
export function maskSecrets(value: Value): Value {
  return mapValue(value, (v) => (isSecret(v) ? "[secret]" : v));
}

/** The value with each secret in plain text. */
export function revealSecrets(value: Value): Value {
  return mapValue(value, (v) => (isSecret(v) ? (v["value"] ?? null) : v));
}

/**
 * Marks as secret each output whose input of the same name is secret. Providers that don't accept secrets
 * return their outputs in plain text.
 */
export function annotateSecrets(outputs: Properties, inputs: Properties): Properties {
  const annotated = { ...outputs };
  for (const [key, value] of Object.entries(outputs)) {
    if (containsSecret(inputs[key])) annotated[key] = secret(value);
  }
  return annotated;
}

/** Marks the named top-level outputs as secret. */
export function markSecret(outputs: Properties, keys: readonly string[]): Properties {
  const marked = { ...outputs };
  for (const key of keys) if (marked[key] !== undefined) marked[key] = secret(marked[key]);
  return marked;
}

export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => equalValues(item, b[i]))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => key in b && equalValues(a[key], b[key]))
  );
}

/** The top-level keys whose values differ. */
export function changedKeys(olds: Properties, news: Properties): string[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...keys].filter((key) => !equalValues(olds[key], news[key])).sort();
}
