import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkInputs } from "../../../sandbox/src/providers/check.js";
import { diff, type Change } from "../../../sandbox/src/providers/diff.js";
import { importedInputs, refreshedInputs } from "../../../sandbox/src/providers/inputs.js";
import type { PropertySpecs } from "../../../sandbox/src/providers/resource.js";
import { UNKNOWN, type Properties } from "../../../sandbox/src/providers/values.js";

const specs: PropertySpecs = {
  name: { type: "string", required: true, replaces: true },
  size: { type: "number" },
  enabled: { type: "boolean" },
  mode: { type: "string", default: "fast", values: ["fast", "slow"] },
  zone: { type: "string", computed: true },
  labels: { type: "set" },
  steps: { type: "list" },
  tags: { type: "map" },
  settings: {
    type: "object",
    computed: true,
    properties: { level: { type: "number" }, place: { type: "string", computed: true } },
  },
};

const state: Properties = {
  name: "a",
  mode: "fast",
  zone: "z1",
  labels: ["x", "y"],
  steps: ["1", "2"],
  tags: { team: "growth", "cost center": "7" },
  settings: { level: 1, place: "here" },
  arn: "only an output",
};
const same: Properties = {
  name: "a",
  mode: "fast",
  labels: ["x", "y"],
  steps: ["1", "2"],
  tags: { team: "growth", "cost center": "7" },
};

describe("diff", () => {
  test.each<[string, Properties, Change[]]>([
    ["nothing", {}, []],
    ["what the service chose", { zone: "z1" }, []],
    ["another choice", { zone: "z2" }, [{ path: "zone", kind: "update", replaces: false }]],
    ["a set in another order", { labels: ["y", "x"] }, []],
    ["a list in another order", { steps: ["2", "1"] }, [{ path: "steps", kind: "update", replaces: false }]],
    ["false where there is nothing", { enabled: false }, []],
    ["true where there is nothing", { enabled: true }, [{ path: "enabled", kind: "add", replaces: false }]],
    ["an unknown", { size: UNKNOWN }, [{ path: "size", kind: "add", replaces: false }]],
    ["a name", { name: "b" }, [{ path: "name", kind: "update", replaces: true }]],
    [
      "tags",
      { tags: { team: "sales", new: "1" } },
      [
        { path: "tags.team", kind: "update", replaces: false },
        { path: 'tags["cost center"]', kind: "delete", replaces: false },
        { path: "tags.new", kind: "add", replaces: false },
      ],
    ],
    [
      "a part of an object",
      { settings: { level: 2 } },
      [{ path: "settings.level", kind: "update", replaces: false }],
    ],
  ])("%s", (_, change, expected) => {
    expect(diff(state, { ...same, ...change }, specs)).toEqual(expected);
  });

  test("leaving out what was set is a deletion", () => {
    const { labels: _, ...without } = same;
    expect(diff(state, without, specs)).toEqual([{ path: "labels", kind: "delete", replaces: false }]);
  });
});

const word = fc.string({ minLength: 1, maxLength: 5 });
const words = fc.uniqueArray(word, { maxLength: 3 });
const someState = fc.record(
  {
    name: word,
    size: fc.integer(),
    enabled: fc.boolean(),
    mode: fc.constantFrom("fast", "slow"),
    zone: word,
    labels: words,
    steps: words,
    settings: fc.record({ level: fc.integer(), place: word }),
  },
  { requiredKeys: ["name", "mode"], noNullPrototype: true },
);

test("the inputs an import yields make no change, and pass the check", () => {
  fc.assert(
    fc.property(someState, (live) => {
      const imported = importedInputs(live, specs);
      const checked = checkInputs(imported, specs);
      expect(checked.failures).toEqual([]);
      expect(diff(live, checked.inputs, specs)).toEqual([]);
    }),
  );
});

test("after a refresh the inputs agree with the state, and are as before where they did already", () => {
  fc.assert(
    fc.property(someState, someState, (before, live) => {
      const inputs = importedInputs(before, specs);
      const refreshed = refreshedInputs(inputs, live, specs);
      expect(diff(live, refreshed, specs)).toEqual([]);
      expect(refreshedInputs(inputs, before, specs)).toEqual(inputs);
    }),
  );
});

describe("check", () => {
  test("fills in defaults and drops what it does not know", () => {
    expect(checkInputs({ name: "a", other: 1 }, specs)).toEqual({
      inputs: { name: "a", mode: "fast" },
      failures: [],
    });
  });

  test.each<[Properties, string]>([
    [{}, "name"],
    [{ name: "a", size: "1" }, "size"],
    [{ name: "a", mode: "medium" }, "mode"],
    [{ name: "a", settings: { level: "high" } }, "settings.level"],
    [{ name: "a", labels: "x" }, "labels"],
  ])("%j is refused", (inputs, property) => {
    expect(checkInputs(inputs, specs).failures.map((failure) => failure.property)).toEqual([property]);
  });

  test("what is not known yet passes", () => {
    const unknown = { name: UNKNOWN, size: UNKNOWN, mode: UNKNOWN, settings: UNKNOWN };
    expect(checkInputs(unknown, specs)).toEqual({ inputs: unknown, failures: [] });
  });
});
