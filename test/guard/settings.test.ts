import { expect, test } from "vitest";
import { acceptLines, DEFAULT_SETTINGS, readSettings } from "../../src/guard/settings.js";

const read = (text: string) => readSettings({ path: "guard.yaml", bytes: new TextEncoder().encode(text) });
const DIGEST = "0123456789abcdef0123456789abcdef";

test("an empty file means the defaults", () => {
  expect(read("# nothing yet\n")).toEqual({ settings: DEFAULT_SETTINGS, diagnostics: [] });
});

test("the lines that the guard prints are entries of the file, once they have a reason", () => {
  const change = 'delete the "identity" of a.example: # in us-east-1';
  const entry = acceptLines({ change, digest: DIGEST });
  const file = (reason: string): string =>
    ["accept:", ...entry.map((line) => `  ${line}`)].join("\n").replace("<why this is right>", reason);
  expect(read(file("sold")).settings.accept).toEqual([
    { change, digest: DIGEST, reason: "sold", location: expect.objectContaining({ line: 2 }) as object },
  ]);
  expect(read(file("<why this is right>")).diagnostics).toMatchObject([
    { rule: "invalid-value", line: 4, message: "the reason must say why this change is right" },
  ]);
});

const entry = (more: string): string => `accept:\n  - change: x\n    digest: "${DIGEST}"\n${more}`;

test.each<[string, string, object]>([
  [
    "an unknown key",
    "deletion: { count: 3 }\n",
    { rule: "unknown-key", line: 1, hint: "did you mean `deletions`?" },
  ],
  [
    "an unknown key below",
    "deletions: { most: 3 }\n",
    { rule: "unknown-key", hint: "the keys here are count, percent" },
  ],
  ["a word for a number", "deletions: { count: few }\n", { rule: "wrong-type", line: 1 }],
  ["too much", "deletions: { percent: 101 }\n", { rule: "invalid-value" }],
  ["no reason", entry(""), { rule: "missing-key" }],
  ["a blank reason", entry('    reason: " "\n'), { rule: "invalid-value", line: 4 }],
  [
    "a wildcard",
    'accept:\n  - { change: x, digest: "*", reason: all }\n',
    { rule: "invalid-value", line: 2 },
  ],
  ["a list", "- 1\n", { rule: "wrong-type" }],
  ["no YAML", "accept: [\n", { rule: "yaml-syntax", line: 1 }],
])("%s is an error with its place", (_, text, expected) => {
  const { settings, diagnostics } = read(text);
  expect(settings).toBe(DEFAULT_SETTINGS);
  expect(diagnostics).toMatchObject([{ file: "guard.yaml", severity: "error", ...expected }]);
});
