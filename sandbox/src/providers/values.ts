import structPb from "google-protobuf/google/protobuf/struct_pb.js";

/**
 * Property values as Pulumi's wire format knows them: JSON, and on top of it values that are not known yet and
 * values that are secret. The signatures are those of pulumi/pulumi `sdk/go/common/resource/sig` and
 * `sdk/go/common/resource/plugin/rpc.go`.
 */
export type Value = null | boolean | number | string | Unknown | Secret | Value[] | { [key: string]: Value };
export type Properties = Record<string, Value>;

/** A value that only exists once something else has been created. */
export class Unknown {
  readonly kind = "unknown";
}
export const UNKNOWN = new Unknown();

/** A value that must be stored encrypted and never shown. */
export class Secret {
  readonly kind = "secret";
  constructor(readonly value: Value) {}
}

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_SENTINELS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Reads a Struct message; an absent one is an empty map. */
export function decode(message: structPb.Struct | undefined): Properties {
  return message === undefined ? {} : (decodeValue(message.toJavaScript()) as Properties);
}

function decodeValue(wire: unknown): Value {
  if (typeof wire === "string") return UNKNOWN_SENTINELS.has(wire) ? UNKNOWN : wire;
  if (Array.isArray(wire)) return wire.map(decodeValue);
  if (!isRecord(wire)) return wire as Value;
  switch (wire[SIGNATURE_KEY]) {
    case SECRET_SIGNATURE:
      return new Secret(decodeValue(wire["value"]));
    case OUTPUT_SIGNATURE: {
      const value = "value" in wire ? decodeValue(wire["value"]) : UNKNOWN;
      return wire["secret"] === true ? new Secret(value) : value;
    }
    default:
      return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, decodeValue(value)]));
  }
}

/** Writes a Struct message. */
export function encode(properties: Properties): structPb.Struct {
  return structPb.Struct.fromJavaScript(encodeValue(properties) as Record<string, structPb.JavaScriptValue>);
}

function encodeValue(value: Value): unknown {
  if (value instanceof Unknown) return UNKNOWN_STRING;
  if (value instanceof Secret) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: encodeValue(value.value) };
  if (Array.isArray(value)) return value.map(encodeValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encodeValue(inner)]));
}

/** The value without its secret marks. */
export function reveal<T extends Value>(value: T): T;
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map((inner) => reveal(inner));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/** `outputs` with every value marked secret that `inputs` has marked secret under the same key. */
export function markSecrets(outputs: Properties, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, output]): [string, Value] => {
      const input = inputs[key];
      if (input === undefined || output instanceof Secret) return [key, output];
      if (isObject(output) && isObject(input)) return [key, markSecrets(output, input)];
      return [key, containsSecret(input) ? new Secret(output) : output];
    }),
  );
}

function containsSecret(value: Value): boolean {
  return someValue(value, (inner) => inner instanceof Secret);
}

/** Whether any part of the value is not known yet. */
export function containsUnknown(value: Value): boolean {
  return someValue(value, (inner) => inner instanceof Unknown);
}

function someValue(value: Value, matches: (value: Value) => boolean): boolean {
  if (matches(value)) return true;
  if (value instanceof Secret) return someValue(value.value, matches);
  if (Array.isArray(value)) return value.some((inner) => someValue(inner, matches));
  return isObject(value) && Object.values(value).some((inner) => someValue(inner, matches));
}

/** Whether the value is a map of values, not a list, a secret or an unknown. */
export function isObject(value: Value | undefined): value is Properties {
  return isRecord(value) && !(value instanceof Unknown) && !(value instanceof Secret);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The properties that have a value: what a service left out is left out of the state too. */
export function present(properties: Readonly<Record<string, Value | undefined>>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(
      (entry): entry is [string, Value] => entry[1] !== undefined && entry[1] !== null,
    ),
  );
}

/** The string under `key`, or undefined when it is absent, empty or not a string. */
export function text(properties: Properties, key: string): string | undefined {
  const value = properties[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
