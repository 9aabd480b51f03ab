import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseYamlFile } from "../../src/file/yaml-file.js";
import { brief, load } from "./support.js";

const D = "yourdomain.com.yaml";
const problemsOf = (text: string) => parseYamlFile({ path: D, bytes: Buffer.from(text) }).problems;
const places = (text: string): string[] =>
  problemsOf(text).map(({ location: { line, column }, rule }) => `${line}:${column} ${rule}`);

describe("what is never closed is reported where it opens", () => {
  it.each([
    ["a double quote", 'domain: a.com\nzone: "a.com\n', "2:7"],
    ["a double quote, lines before the end", 'domain: a.com\nzone: "a.com\nttl: 300\nprotect: true\n', "2:7"],
    ["a single quote", "domain: a.com\nzone: 'a.com\nttl: 300\n", "2:7"],
    ["a quote on the last line, which has no end", 'domain: "a.com', "1:9"],
    ["a quote in a map in braces", 'domain: a.com\ntags: { a: "x }\nttl: 300\n', "2:12"],
    ["a quote in a list in brackets", 'domain: a.com\nspf: { include: ["a, b] }\nttl: 300\n', "2:18"],
    ["a quote in a list of lines", 'domain: a.com\nspf:\n  include:\n    - a\n    - "b\n    - c\n', "5:7"],
    ["a quote around a key", 'domain: a.com\n"ttl: 300\nregion: us-east-1\n', "2:1"],
    ["a quote that ends in an escaped one", 'domain: a.com\nzone: "a.com\\"\nttl: 300\n', "2:7"],
    ["a quote that ends in a doubled one", "domain: a.com\nzone: 'a.com''\nttl: 300\n", "2:7"],
    ["a list", "domain: a.com\nspf:\n  include: [a, b\nttl: 300\n", "3:12"],
    ["a list at the end of the file", "domain: a.com\nspf:\n  include: [a, b\n\n\n", "3:12"],
    ["a map", "domain: a.com\ntags: { a: b\nttl: 300\n", "2:7"],
    ["a map over several lines", "domain: a.com\ntags: {\n  a: b,\n  c: d\nttl: 300\n", "2:7"],
    ["a map that is the whole file", "{ domain: a.com\n", "1:1"],
    ["a quote after which a comment holds one", "domain: a.com\nzone: \"a.com # it's\nttl: 1\n", "2:7"],
  ])("%s", (_, text, place) => {
    expect(places(text)).toEqual([`${place} yaml-syntax`]);
    const hint = problemsOf(text)[0]!.hint;
    expect(hint).toMatch(/^write `["'\]}]` where the (quoted text|list|map) ends$/);
  });

  it.each([
    ["in a map", 'domain: a.com\ntags: {\n  a: "x,\n  b: "y"\n}\n', "3:6"],
    ["in a list", 'domain: a.com\nspf:\n  include: [\n    "a,\n    "b"\n  ]\n', "4:5"],
    ["in single quotes", "domain: a.com\nspf:\n  include: [\n    'a,\n    'b'\n  ]\n", "4:5"],
  ])("a quote that the next one closes, %s", (_, text, place) => {
    expect(places(text)).toEqual([`${place} yaml-syntax`]);
    expect(problemsOf(text)[0]!.message).toBe(
      "this quote is closed on a later line, by what looks like the next one",
    );
  });

  it("a list and a map that are both left open are two mistakes", () => {
    expect(places("domain: a.com\nspf:\n  include: [a\ntags: { a: b\nttl: 300\n")).toEqual([
      "3:12 yaml-syntax",
      "4:7 yaml-syntax",
    ]);
  });

  it("what a quote leaves open around it is no mistake of its own", () => {
    expect(places('domain: a.com\ntags: {\n  a: "x\n}\nttl: 300\n')).toEqual(["3:6 yaml-syntax"]);
  });

  it("another bracket in its place is shown, with where the list begins", () => {
    const [problem, ...others] = problemsOf("domain: a.com\nspf: { include: [a, b }\nttl: 300\n");
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      message: "`}` cannot close a list",
      hint: "write `]` before it",
      location: { line: 2, column: 23 },
      related: [{ line: 2, column: 17, message: "it begins here" }],
    });
  });

  it("a directive", () => {
    expect(places("%YAML 1.2\n")).toEqual(["1:1 yaml-syntax"]);
    expect(places("%YAML 1.2\ndomain: a.com\n")).toEqual(["1:1 yaml-syntax"]);
  });

  it("text in lines whose first are indented further", () => {
    expect(places("domain: a.com\ntags:\n  a: |-\n      \n   foo\n")).toEqual(["3:6 yaml-syntax"]);
  });

  it("in _defaults.yaml as in a domain file", () => {
    const files = {
      [D]: "domain: yourdomain.com\n",
      "_defaults.yaml": 'ttl: 300\ntags: { team: "growth }\n# end\n',
    };
    expect(load(files).diagnostics.map(brief)).toEqual(["_defaults.yaml:2:15 yaml-syntax"]);
  });
});

it("an opener without its closer is reported on its own line, wherever it stands", () => {
  const line = fc.constantFrom(
    "ttl: 300",
    "tags: { a: b }",
    'dkim: { hostedZone: "x" }',
    "protect: true",
    "# it",
    "",
  );
  const opened = fc.constantFrom(
    ["zone: ", '"a'],
    ["zone: ", "'a"],
    ["x: ", "[a, b"],
    ["x: ", "{ a: b"],
    ["x: ", '"'],
  );
  fc.assert(
    fc.property(fc.array(line), opened, fc.array(line), (before, [key, value], after) => {
      const text = ["domain: a.com", ...before, key! + value!, ...after, ""].join("\n");
      expect(places(text)).toEqual([`${before.length + 2}:${key!.length + 1} yaml-syntax`]);
    }),
    { numRuns: 200 },
  );
});
