import { describe, expect, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { checkSpfOnline } from "../../src/fleet/online-spf.js";
import { resolveFrom, type DnsTable } from "../syntax/spf/table-dns.js";
import { brief } from "../domain/support.js";
import { sourceFiles } from "./files.js";

const SES: DnsTable = { "amazonses.com TXT": ["v=spf1 ip4:199.255.192.0/22 -all"] };
const FLAT = "v=spf1 ip4:192.0.2.0/24 -all";
const a = (count: number) => Array.from({ length: count }, () => "a:x.example").join(" ");

async function check(files: Record<string, string>, dns: DnsTable, asked: string[] = []) {
  const checked = checkDomains(sourceFiles(files), { defaultRegion: "us-east-1" });
  return checkSpfOnline(checked, resolveFrom({ ...SES, "x.example A": ["192.0.2.1"], ...dns }, asked));
}

describe("the true number of lookups", () => {
  const dns: DnsTable = {
    "small.example TXT": ["v=spf1 a:x.example -all"],
    "big.example TXT": [`v=spf1 include:nested.example ${a(2)} ~all`],
    "nested.example TXT": [`v=spf1 ${a(4)} ~all`],
  };

  test("over ten it is an error at the include that costs most, with every chain and its cost", async () => {
    const files = { "a.com": "spf:\n  include:\n    - small.example\n    - big.example" };
    const within = await check(files, dns);
    // amazonses.com 1, small 2, big 1 + 1 + 4 + 2.
    expect(within.diagnostics.map(brief)).toEqual(["a.com.yaml:5:7 spf-lookups"]);
    expect(within.diagnostics[0]!.message).toBe(
      "the record needs 11 DNS lookups; receivers stop at 10 with a permanent error: `include:amazonses.com` 1, " +
        "`include:small.example` 2 (`a:x.example` 1), `include:big.example` 8 (`include:nested.example` 5 (" +
        "`a:x.example` 1, `a:x.example` 1, `a:x.example` 1, `a:x.example` 1), `a:x.example` 1, `a:x.example` 1)",
    );
    expect(within.diagnostics[0]!.related).toMatchObject([{ line: 4, column: 7, message: "costs 2" }]);
    expect(within.domains).toEqual([]);
  });

  test("ten are fine, and told", async () => {
    const { diagnostics, domains, spf } = await check(
      { "a.com": "spf: { include: [big.example, flat.example] }" },
      {
        ...dns,
        "flat.example TXT": [FLAT],
      },
    );
    expect(diagnostics).toEqual([]);
    expect(domains).toHaveLength(1);
    expect(spf).toEqual([
      {
        record: "v=spf1 include:amazonses.com include:big.example include:flat.example ~all",
        names: ["mail.a.com"],
        lookups: 10,
        voidLookups: 0,
        atLeast: false,
        terms: [
          { term: "include:amazonses.com", lookups: 1 },
          { term: "include:big.example", lookups: 8 },
          { term: "include:flat.example", lookups: 1 },
        ],
      },
    ]);
  });

  test("the record of the domain itself is counted too, at its terms", async () => {
    const { diagnostics, spf } = await check(
      {
        "a.com":
          "apexSpf:\n  terms:\n    - mx:x.example\n    - include:big.example\n    - include:small.example",
      },
      { ...dns, "x.example MX": ["10 x.example"] },
    );
    expect(spf.map(({ names, lookups }) => [...names, lookups])).toEqual([
      ["mail.a.com", 1],
      ["a.com", 11],
    ]);
    expect(diagnostics.map(brief)).toEqual(["a.com.yaml:5:7 spf-lookups"]);
  });

  test("it takes the place of what includes once cost, unless DNS gave no answer", async () => {
    const files = {
      "a.com": "spf: { include: [mailgun.org, sendgrid.net, _spf.salesforce.com, sparkpostmail.com] }",
    };
    const flat = Object.fromEntries(
      ["mailgun.org", "sendgrid.net", "_spf.salesforce.com", "sparkpostmail.com"].map((name) => [
        `${name} TXT`,
        [FLAT],
      ]),
    );
    expect((await check(files, flat)).diagnostics).toEqual([]);
    const unknown = await check(files, { ...flat, "mailgun.org TXT": ["SERVFAIL"] });
    expect(unknown.diagnostics.map(brief)).toEqual([
      "a.com.yaml:2:18 spf-known-lookups",
      "a.com.yaml:2:18 spf-not-checked",
    ]);
  });
});

describe("the fleet", () => {
  test("a record that many domains publish is looked up once, and told once for a default", async () => {
    const asked: string[] = [];
    const files = {
      _defaults: "spf: { include: [gone.example] }",
      "a.com": "",
      "b.com": "",
      "c.com": "spf: { include: [] }",
    };
    const { diagnostics, domains, spf } = await check(files, {}, asked);
    expect(diagnostics.map(brief)).toEqual(["_defaults.yaml:1:18 spf-include-record"]);
    expect(diagnostics[0]!.message).toContain("(and so for 1 other domain)");
    expect(domains.map(({ domain }) => domain)).toEqual(["c.com"]);
    expect(spf.map(({ names }) => names)).toEqual([["mail.a.com", "mail.b.com"], ["mail.c.com"]]);
    expect(asked.filter((question) => question === "gone.example TXT")).toHaveLength(1);
  });

  test("its own SPF records stand, whatever DNS has at their names today", async () => {
    const asked: string[] = [];
    const files = {
      "a.com": "spf: { include: [mail.b.com] }",
      "b.com": "",
      "c.com": "spf: { include: [mail.d.com] }",
      "d.com": "spf: { include: [mail.c.com] }",
    };
    const { diagnostics, spf } = await check(files, {}, asked);
    expect(asked.every((question) => question === "amazonses.com TXT")).toBe(true);
    expect(diagnostics.map(brief)).toEqual([
      "c.com.yaml:2:18 spf-include-loop",
      "d.com.yaml:2:18 spf-include-loop",
    ]);
    expect(spf[0]).toMatchObject({ names: ["mail.a.com"], lookups: 3 });
  });

  test("a record with the domain in a macro is looked up for each name", async () => {
    const files = {
      "a.com": 'spf: { include: ["%{d}.x.example"] }',
      "b.com": 'spf: { include: ["%{d}.x.example"] }',
    };
    const { diagnostics, spf } = await check(files, { "mail.a.com.x.example TXT": [FLAT] });
    expect(diagnostics.map(brief)).toEqual(["b.com.yaml:2:18 spf-include-record"]);
    expect(spf).toHaveLength(2);
  });

  test("each Region's own record is told at its own place", async () => {
    const files = {
      "a.com":
        "regions:\n  us-east-1: {}\n  eu-west-1:\n    mailFrom: { subdomain: eu }\n    spf: { include: [gone.example] }",
    };
    expect((await check(files, {})).diagnostics.map(brief)).toEqual(["a.com.yaml:6:22 spf-include-record"]);
  });
});

test("void lookups may be allowed with a reason, and an entry for them is never called unused", async () => {
  const allow = "allow: [{ rule: spf-void-lookups, reason: the sender mends it this week }]";
  const files = { "a.com": `spf: { include: [voids.example] }\n${allow}` };
  const dns = { "voids.example TXT": ["v=spf1 a:g1.example a:g2.example a:g3.example -all"] };
  const { diagnostics, allowed, domains } = await check(files, dns);
  expect(diagnostics).toEqual([]);
  expect(allowed.map(({ rule, reason }) => [rule, reason])).toEqual([
    ["spf-void-lookups", "the sender mends it this week"],
  ]);
  expect(domains).toHaveLength(1);
  expect((await check(files, { "voids.example TXT": [FLAT] })).diagnostics).toEqual([]);
});

test("servers that don't see the public DNS are no reason for an error", async () => {
  const checked = checkDomains(sourceFiles({ "a.com": "spf: { include: [x.example] }" }), {
    defaultRegion: "us-east-1",
  });
  const { diagnostics, domains } = await checkSpfOnline(checked, resolveFrom({}));
  expect(diagnostics.map(({ rule, severity }) => [rule, severity])).toEqual([["spf-not-checked", "warning"]]);
  expect(domains).toHaveLength(1);
});

test("what DNS gives no answer for is told once, with the number of the domains", async () => {
  const down = { "amazonses.com TXT": ["SERVFAIL"], "down.example TXT": ["SERVFAIL"] };
  const files = {
    "a.com": "spf: { include: [down.example] }",
    "b.com": "spf: { include: [down.example] }",
    "c.com": "regions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: eu } }",
  };
  const one = await check(files, { ...down, ...SES });
  expect(one.diagnostics.map(brief)).toEqual(["a.com.yaml:2:18 spf-not-checked"]);
  expect(one.diagnostics[0]!.message).toMatch(/\(and so for 1 other domain\)$/);
  const all = await check(files, down);
  expect(all.diagnostics.map(brief)).toEqual(["a.com.yaml:2:6 spf-not-checked"]);
  expect(all.diagnostics[0]!.message).toMatch(/\(and so for 2 other domains\)$/);
  expect(all.domains).toHaveLength(3);
});

test("a problem in somebody else's record says who can mend it", async () => {
  const dns = {
    "one.example TXT": ["v=spf1 include:two.example -all"],
    "two.example TXT": ["v=spf1 include:three.example -all"],
    "three.example TXT": ["v=spf1 oops -all"],
  };
  const { diagnostics } = await check({ "a.com": "spf: { include: [one.example] }" }, dns);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]!.message).toBe(
    "the record of `three.example` is invalid: `oops` is no mechanism or modifier of SPF: `include:three.example` " +
      "makes receivers answer with a permanent error (through `one.example` → `two.example`)",
  );
  expect(diagnostics[0]!.hint).toBe("tell the operator of `two.example`, or delete this entry");
});
