import { describe, expect, it } from "vitest";
import { locate } from "../../src/domain/locate.js";
import type { KeyPath } from "../../src/file/diagnostic.js";
import { merge, substitute, without } from "../../src/file/merge.js";
import { brief, load } from "./support.js";

describe("merge", () => {
  it.each([
    [{ a: 1 }, { a: 2, b: 3 }, { a: 1, b: 3 }],
    [{ m: { x: 1 } }, { m: { x: 2, y: 3 } }, { m: { x: 1, y: 3 } }],
    [{ m: [1] }, { m: [2, 3] }, { m: [1] }],
    [{ m: [] }, { m: [2] }, { m: [] }],
    [{ m: "unmanaged" }, { m: { x: 1 } }, { m: "unmanaged" }],
    [{ m: { x: 1 } }, { m: "unmanaged" }, { m: { x: 1 } }],
    [{ m: { n: { x: 1 } } }, { m: { n: { y: 2 }, z: 3 } }, { m: { n: { x: 1, y: 2 }, z: 3 } }],
    [{ a: false }, { a: true }, { a: false }],
    [{ a: 1 }, undefined, { a: 1 }],
  ])("%j over %j", (own, fallback, merged) => {
    expect(merge(own, fallback)).toEqual(merged);
  });

  it("treats __proto__ as any other key", () => {
    const own = JSON.parse('{"__proto__": {"x": 1}}') as unknown;
    const merged = merge(own, { a: 1 }) as object;
    expect(Object.keys(merged)).toEqual(["a", "__proto__"]);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });
});

it("substitute replaces {domain} in every string, at any depth", () => {
  expect(
    substitute({ a: "x@{domain}", b: ["{domain}/{domain}", 1], c: { d: "{other}" } }, "y.example"),
  ).toEqual({
    a: "x@y.example",
    b: ["y.example/y.example", 1],
    c: { d: "{other}" },
  });
});

it("without takes out what it is told and nothing else", () => {
  const value = { a: { b: 1, c: 2 }, d: 3, e: [1] };
  expect(without(value, [["a", "b"], ["d"], ["x"], ["e", 0]])).toEqual({ a: { c: 2 }, e: [1] });
  expect(without(value, [[]])).toBeUndefined();
});

describe("a file with defaults", () => {
  const defaults = [
    "region: eu-west-1",
    "dmarc:",
    "  policy: quarantine",
    '  aggregateReports: ["reports@{domain}", "all@example.net"]',
    "mailFrom: { subdomain: bounce }",
    "tags: { team: mail, cost: shared }",
  ].join("\n");
  const files = {
    "_defaults.yaml": defaults,
    "yourdomain.com.yaml": "domain: yourdomain.com\ndmarc:\n  testing: true\ntags: { team: growth }\n",
    "example.net.yaml": "domain: example.net\ndmarc: unmanaged\nmailFrom:\n  onMxFailure: rejectMessage\n",
  };
  const { domains, diagnostics } = load(files);
  const [net, your] = domains;

  it("takes a default key by key and a list whole", () => {
    expect(diagnostics).toEqual([]);
    expect(your!.dmarc).toMatchObject({
      policy: "quarantine",
      testing: true,
      aggregateReports: ["reports@yourdomain.com", "all@example.net"],
    });
    expect(your!.identities[0]).toMatchObject({
      region: "eu-west-1",
      mailFrom: { domain: "bounce.yourdomain.com" },
      tags: { team: "growth", cost: "shared" },
    });
    expect(net!.dmarc).toBe("unmanaged");
    expect(net!.identities[0]!.mailFrom).toEqual({
      domain: "bounce.example.net",
      onMxFailure: "rejectMessage",
    });
  });

  it.each<[KeyPath, string]>([
    [["domain"], "yourdomain.com.yaml:1:9"],
    [["dmarc"], "yourdomain.com.yaml:2:1"],
    [["dmarc", "testing"], "yourdomain.com.yaml:3:12"],
    [["dmarc", "policy"], "_defaults.yaml:3:11"],
    [["dmarc", "aggregateReports", 1], "_defaults.yaml:4:42"],
    [["dmarc", "alignment", "spf"], "yourdomain.com.yaml:2:1"],
    [["mailFrom", "subdomain"], "_defaults.yaml:5:24"],
    [["mailFrom", "onMxFailure"], "_defaults.yaml:5:1"],
    [["tags", "team"], "yourdomain.com.yaml:4:15"],
    [["tags", "cost"], "_defaults.yaml:6:27"],
    [["region"], "_defaults.yaml:1:9"],
    [["spf", "include", 0], "yourdomain.com.yaml:1:1"],
  ])("locates %j", (path, expected) => {
    const { file, line, column } = locate(your!, path);
    expect(`${file.replace("domains/", "")}:${line}:${column}`).toBe(expected);
  });

  it("points at the file's own value where that hides the default", () => {
    expect(locate(net!, ["dmarc", "policy"])).toMatchObject({
      file: "domains/example.net.yaml",
      line: 2,
      column: 1,
    });
  });

  it("applies to the files of its own folder only", () => {
    const { domains: all } = load({
      "team/_defaults.yaml": "ttl: 300\n",
      "team/a.example.net.yaml": "domain: a.example.net\n",
      "example.net.yaml": "domain: example.net\n",
    });
    expect(all.map(({ domain, ttl }) => [domain, ttl])).toEqual([
      ["a.example.net", 300],
      ["example.net", 1800],
    ]);
  });

  it("is held against each domain that it is wrong for", () => {
    const found = load({
      ...files,
      "_defaults.yaml": "zone: yourdomain.com\n",
      "a.example.net.yaml": "domain: a.example.net\n",
    });
    expect(found.diagnostics.map(brief)).toEqual(Array(2).fill("_defaults.yaml:1:7 zone-not-parent"));
    expect(found.diagnostics.map(({ domain }) => domain)).toEqual(["a.example.net", "example.net"]);
    expect(found.domains.map(({ domain }) => domain)).toEqual(["yourdomain.com"]);
  });

  it("checks defaults that no file uses, and lets a file override a wrong one", () => {
    expect(load({ "_defaults.yaml": "domain: x.example\nttl: 5\n" }).diagnostics.map(brief)).toEqual([
      "_defaults.yaml:1:1 unknown-key",
      "_defaults.yaml:2:6 invalid-value",
    ]);
    const found = load({
      "_defaults.yaml": "ttl: 5\n",
      "yourdomain.com.yaml": "domain: yourdomain.com\nttl: 60\n",
      "example.net.yaml": "domain: example.net\n",
    });
    expect(found.diagnostics.map(brief)).toEqual(["_defaults.yaml:1:6 invalid-value"]);
    expect(found.domains.map(({ domain }) => domain)).toEqual(["yourdomain.com"]);
  });

  it("is not held against a file whose own value hides the wrong default", () => {
    const found = load({
      "_defaults.yaml": "dmarc: { policy: nothing }\n",
      "yourdomain.com.yaml": "domain: yourdomain.com\ndmarc: { testing: true }\n",
      "example.net.yaml": "domain: example.net\ndmarc: unmanaged\n",
    });
    expect(found.diagnostics.map(brief)).toEqual(["_defaults.yaml:1:18 invalid-value"]);
    expect(found.domains.map(({ domain }) => domain)).toEqual(["example.net"]);
  });

  it("may be empty", () => {
    expect(
      load({ "_defaults.yaml": "# nothing yet\n", "yourdomain.com.yaml": "domain: yourdomain.com\n" })
        .diagnostics,
    ).toEqual([]);
  });
});
