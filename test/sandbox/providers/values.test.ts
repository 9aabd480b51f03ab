import fc from "fast-check";
import { describe, expect, test } from "vitest";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import {
  containsUnknown,
  decode,
  encode,
  markSecrets,
  reveal,
  Secret,
  UNKNOWN,
  type Properties,
  type Value,
} from "../../../sandbox/src/providers/values.js";
import { secret, UNKNOWN as UNKNOWN_WIRE } from "./engine.js";

// JSON.parse makes `__proto__` an own property, assignment doesn't; no property of a resource is called that.
const key = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== "__proto__");
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.constant(UNKNOWN),
    tie("value").map((inner) => new Secret(inner)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const properties = fc.dictionary(key, anyValue, { maxKeys: 4, noNullPrototype: true });

test("what is written can be read", () => {
  fc.assert(
    fc.property(properties, (given) => {
      const bytes = encode(given).serializeBinary();
      expect(decode(structPb.Struct.deserializeBinary(bytes))).toEqual(given);
    }),
  );
});

test("revealing leaves no secret mark, and nothing of the rest out", () => {
  fc.assert(
    fc.property(properties, (given) => {
      const plain = reveal(given);
      expect(reveal(markSecrets(plain, given))).toEqual(plain);
      expect(containsUnknown(plain)).toBe(containsUnknown(given));
    }),
  );
});

test("an output is secret where its input is, wherever in it", () => {
  fc.assert(
    fc.property(key, fc.string(), (name, value) => {
      const marked = markSecrets({ [name]: [value] }, { [name]: [new Secret(value)] });
      expect(marked).toEqual({ [name]: new Secret([value]) });
    }),
  );
});

describe("the wire's own forms", () => {
  const output = (fields: object): object => ({
    "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    ...fields,
  });
  test.each<[string, unknown, Value]>([
    ["unknown", UNKNOWN_WIRE, UNKNOWN],
    ["unknown list", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", UNKNOWN],
    ["secret", secret("x"), new Secret("x")],
    ["output", output({ value: "x" }), "x"],
    ["output that is not known", output({}), UNKNOWN],
    ["secret output", output({ value: "x", secret: true }), new Secret("x")],
  ])("%s", (_, wire, value) => {
    const message = structPb.Struct.fromJavaScript({ key: wire as structPb.JavaScriptValue });
    expect(decode(message)).toEqual<Properties>({ key: value });
  });
});
