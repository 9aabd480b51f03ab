import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seconds } from "../../../sandbox/src/engine/goal.js";
import { deletionWaves, inDependencyOrder } from "../../../sandbox/src/engine/graph.js";
import {
  applyIgnoreChanges,
  parsePropertyPath,
  pathContains,
} from "../../../sandbox/src/engine/property-path.js";
import type { ResourceState } from "../../../sandbox/src/engine/state.js";
import { createUrn, parseProviderReference, urnName, urnType } from "../../../sandbox/src/engine/urn.js";
import { containsSecret, equalValues, maskSecrets, secret } from "../../../sandbox/src/engine/values.js";
import type { Value } from "../../../sandbox/src/engine/values.js";

// The examples of Pulumi's documentation of property paths.
test.each([
  ["root", ["root"]],
  ["root.nested", ["root", "nested"]],
  ['root["nested"]', ["root", "nested"]],
  ["root.double.nest", ["root", "double", "nest"]],
  ['root["double"].nest', ["root", "double", "nest"]],
  ["root.array[0]", ["root", "array", 0]],
  ["root.array[100]", ["root", "array", 100]],
  ["root.array[0].nested", ["root", "array", 0, "nested"]],
  ["root.nested.array[0].double[1]", ["root", "nested", "array", 0, "double", 1]],
  ['root["key with \\"escaped\\" quotes"]', ["root", 'key with "escaped" quotes']],
  ['root["key with a ."]', ["root", "key with a ."]],
  ['["root key with \\"escaped\\" quotes"].nested', ['root key with "escaped" quotes', "nested"]],
  ["root.array[*].field", ["root", "array", "*", "field"]],
])("the property path %s", (path, segments) => {
  expect(parsePropertyPath(path)).toEqual(segments);
});

test.each(["", "a[", "a[x]", '["open'])("%j is no property path", (path) => {
  expect(() => parsePropertyPath(path)).toThrow();
});

test("a path contains what lies below it", () => {
  const contains = (outer: string, inner: string) =>
    pathContains(parsePropertyPath(outer), parsePropertyPath(inner));
  expect(contains("a", "a.b[0]")).toBe(true);
  expect(contains("a[*].b", "a[3].b")).toBe(true);
  expect(contains("a.b", "a")).toBe(false);
});

test("ignored changes keep the old value, also where it was absent", () => {
  const olds = { a: 1, list: [{ x: 1 }, { x: 2 }] };
  const news = { a: 2, b: 3, list: [{ x: 5 }, { x: 6 }] };
  expect(applyIgnoreChanges(news, olds, ["a", "b", "list[*].x"])).toEqual({ inputs: olds, invalid: [] });
  expect(applyIgnoreChanges({ list: [1] }, { list: [] }, ["list[0]"]).invalid).toEqual(["list[0]"]);
  // As the real engine leaves an imported identity without tags.
  expect(applyIgnoreChanges({ tags: { own: "x" } }, {}, ['tags["own"]'])).toEqual({
    inputs: { tags: {} },
    invalid: [],
  });
});

test.each([
  ["1h30m", 5400],
  ["500ms", 0.5],
  ["10s", 10],
])("the duration %s", (text, expected) => {
  expect(seconds(text)).toBe(expected);
});

describe("URNs", () => {
  const type = fc.constantFrom("a:b:C", "fake:index/thing:Thing");
  test("hold type and name", () => {
    fc.assert(
      fc.property(type, fc.string({ minLength: 1 }), type, (parentType, name, childType) => {
        const parent = createUrn("dev", "proj", "", parentType, "p");
        const urn = createUrn("dev", "proj", parent, childType, name);
        expect(urn).toBe(`urn:pulumi:dev::proj::${parentType}$${childType}::${name}`);
        expect(urnName(urn)).toBe(name);
        expect(urnType(urn)).toBe(childType);
        expect(parseProviderReference(`${urn}::id`)).toEqual({ urn, id: "id" });
      }),
    );
  });
  test("leave the root stack out", () => {
    const root = createUrn("dev", "proj", "", "pulumi:pulumi:Stack", "proj-dev");
    expect(createUrn("dev", "proj", root, "a:b:C", "n")).toBe("urn:pulumi:dev::proj::a:b:C::n");
  });
});

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }) as fc.Arbitrary<Value>,
    tie("value").map(secret),
  ),
})).value;

test("masked values show no secret, and equality is that of JSON", () => {
  fc.assert(
    fc.property(value, (v) => {
      expect(containsSecret(maskSecrets(v))).toBe(false);
      expect(equalValues(v, structuredClone(v))).toBe(true);
      expect(equalValues(v, [v])).toBe(false);
    }),
  );
});

test("every resource is deleted before whatever it needs", () => {
  const graphs = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.boolean()), (needs, picks) => {
      const states = needs.map((list, i): ResourceState => {
        const dependencies = list.filter((n) => n < i).map(String);
        return {
          urn: String(i),
          custom: true,
          type: "t",
          inputs: {},
          outputs: {},
          dependencies,
          propertyDependencies: {},
        };
      });
      const condemned = states.filter(() => picks.next().value);
      const waves = deletionWaves(condemned, states);
      expect(waves.flat()).toHaveLength(condemned.length);
      const waveOf = new Map(waves.flatMap((wave, at) => wave.map((state) => [state.urn, at] as const)));
      for (const state of condemned) {
        for (const urn of state.dependencies) {
          if (waveOf.has(urn)) expect(waveOf.get(state.urn)).toBeLessThan(waveOf.get(urn)!);
        }
      }
      const order = inDependencyOrder(states).map(({ urn }) => urn);
      for (const state of states) {
        for (const urn of state.dependencies) {
          expect(order.indexOf(urn)).toBeLessThan(order.indexOf(state.urn));
        }
      }
    }),
  );
});
