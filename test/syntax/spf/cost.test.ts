import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spfCost } from "../../../src/syntax/spf/cost.js";
import { parseSpf } from "../../../src/syntax/spf/parse.js";
import { resolveFrom, type DnsTable } from "./table-dns.js";

async function cost(text: string, table: DnsTable, asked: string[] = []) {
  const { record, problems } = parseSpf(text);
  expect(problems).toEqual([]);
  return spfCost(record!, "example.com", resolveFrom(table, asked));
}

const FLAT = "v=spf1 ip4:192.0.2.0/24 -all";

// The zone of the "Processing limits" scenario of the SPF test suite for RFC 7208, without what its messages are.
const SUITE: DnsTable = {
  "example.com A": ["1.2.3.4"],
  "example.com MX": ["10 mail.example.com"],
  "mail.example.com A": ["1.2.3.4"],
  "inc.example.com TXT": ["v=spf1 a a a a a a a a"],
  "inc.example.com A": ["1.2.3.10"],
  "loop.example.com TXT": ["v=spf1 include:back.example.com -all"],
  "back.example.com TXT": ["v=spf1 include:loop.example.com -all"],
};

describe("lookups over the whole record (RFC 7208 §4.6.4)", () => {
  test.each([
    ["v=spf1 -all", 0],
    ["v=spf1 a mx a mx a mx a mx a ptr ip4:1.2.3.4 -all", 10],
    ["v=spf1 a mx a mx a mx a mx a ptr a ip4:1.2.3.4 -all", 11],
    // Receivers may stop before the end; the sender whose address comes last is the one that counts.
    ["v=spf1 a include:inc.example.com ip4:1.2.3.4 mx -all", 11],
    ["v=spf1 a include:inc.example.com a ip4:1.2.3.4 -all", 11],
    ["v=spf1 exists:example.com exp=mail.example.com -all", 1],
    // `redirect` acts only where no `all` does (§6.1); nothing behind `all` is evaluated (§5.1).
    ["v=spf1 redirect=inc.example.com", 9],
    ["v=spf1 redirect=inc.example.com -all include:inc.example.com", 0],
    // An included record's own `all` ends that record only.
    ["v=spf1 include:inc.example.com a -all", 10],
    // The same record twice is evaluated twice.
    ["v=spf1 include:inc.example.com ?include:INC.example.com. -all", 18],
  ])("%s: %i", async (text, lookups) => {
    expect(await cost(text, SUITE)).toMatchObject({ lookups, voids: [], problems: [], atLeast: false });
  });

  test("what each term costs, and the records below it", async () => {
    const table = {
      "a.example TXT": ["v=spf1 include:b.example a:c.example ~all"],
      "b.example TXT": [FLAT],
      "c.example A": ["192.0.2.1"],
    };
    const { terms } = await cost("v=spf1 include:b.example include:a.example -all", table);
    expect(terms).toMatchObject([
      { term: "include:b.example", start: 7, lookups: 1, terms: [] },
      {
        term: "include:a.example",
        start: 25,
        lookups: 3,
        terms: [
          { term: "include:b.example", lookups: 1 },
          { term: "a:c.example", lookups: 1 },
        ],
      },
    ]);
  });

  test("a name without a domain-spec is that of the record it stands in", async () => {
    const asked: string[] = [];
    await cost(
      "v=spf1 include:inc.example.com -all",
      { ...SUITE, "inc.example.com TXT": ["v=spf1 a mx"] },
      asked,
    );
    expect(asked).toEqual(["inc.example.com TXT", "inc.example.com A", "inc.example.com MX"]);
  });
});

describe("void lookups (RFC 7208 §4.6.4)", () => {
  const table: DnsTable = {
    "v4.example A": ["192.0.2.1"],
    "v6.example AAAA": ["2001:db8::1"],
    "no-address.example TXT": ["hello"],
    "mx.example MX": ["10 v4.example"],
    "void-hosts.example MX": ["10 gone.example", "20 gone2.example"],
    "null-mx.example MX": ["0 "],
    "inc.example TXT": ["v=spf1 a:gone.example -all"],
  };
  test.each([
    ["v=spf1 a:err.example a:err1.example ?all", ["a:err.example", "a:err1.example"]],
    [
      "v=spf1 a:err.example a:err1.example a:err2.example ?all",
      ["a:err.example", "a:err1.example", "a:err2.example"],
    ],
    ["v=spf1 a:no-address.example -all", ["a:no-address.example"]],
    ["v=spf1 a:v4.example a:v6.example exists:v4.example mx:mx.example -all", []],
    // `exists` asks for A records alone (§5.7).
    ["v=spf1 exists:v6.example -all", ["exists:v6.example"]],
    ["v=spf1 mx:gone.example mx:v4.example -all", ["mx:gone.example", "mx:v4.example"]],
    // A term counts once, however many of its queries are void; a null MX (RFC 7505) leads to none.
    ["v=spf1 mx:void-hosts.example mx:null-mx.example -all", ["mx:void-hosts.example"]],
    ["v=spf1 include:inc.example -all", ["a:gone.example"]],
  ])("%s", async (text, voids) => {
    const found = await cost(text, table);
    expect(found.voids.map(({ term }) => term)).toEqual(voids);
    expect(found.problems).toEqual([]);
  });

  test("each is told with the records that lead to it", async () => {
    const { voids } = await cost("v=spf1 include:inc.example -all", table);
    expect(voids).toEqual([{ term: "a:gone.example", chain: ["example.com", "inc.example"] }]);
  });
});

describe("permanent errors and what can't be known", () => {
  const hosts = (count: number) => Array.from({ length: count }, (_, i) => `10 h${i}.example`);
  const table: DnsTable = {
    ...Object.fromEntries(hosts(11).map((host) => [`${host.split(" ")[1]!} A`, ["192.0.2.1"]])),
    ...SUITE,
    "no-spf.example TXT": ["hello", "v=spf10 -all"],
    "no-txt.example A": ["192.0.2.1"],
    "two.example TXT": ["v=spf1 -all", "V=SPF1 ~all"],
    "bad.example TXT": ["v=spf1 moose -all"],
    "ten.example MX": hosts(10),
    "eleven.example MX": hosts(11),
    "down.example TXT": ["SERVFAIL"],
    "down.example A": ["SERVFAIL"],
    "down.example MX": ["SERVFAIL"],
    "other-txt.example TXT": ["hello", FLAT],
    "via.example TXT": ["v=spf1 include:no-spf.example -all"],
  };
  test.each([
    ["include:other-txt.example", []],
    ["include:no-spf.example", ["no-record"]],
    ["include:no-txt.example", ["no-record"]],
    ["include:gone.example", ["no-record"]],
    ["include:via.example", ["no-record"]],
    ["include:two.example", ["several-records"]],
    ["include:bad.example", ["invalid-record"]],
    ["include:example.com", ["loop"]],
    ["include:loop.example.com", ["loop"]],
    ["mx:ten.example", []],
    ["mx:eleven.example", ["mx-hosts"]],
    ["include:down.example a:down.example mx:down.example exists:down.example", Array(4).fill("unknown")],
  ])("%s", async (terms, kinds) => {
    const { problems } = await cost(`v=spf1 ${terms} -all`, table);
    expect(problems.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("a loop is shown from end to end", async () => {
    const { problems, atLeast } = await cost("v=spf1 redirect=loop.example.com", SUITE);
    expect(problems[0]!.detail).toBe("example.com → loop.example.com → back.example.com → loop.example.com");
    expect(atLeast).toBe(true);
  });

  test.each([
    ["include:down.example", 1],
    ["include:%{i}.example", 1],
    ["include:%{l}.%{o}.example exists:%{ir}.example a:%{h}.example", 3],
  ])("%s is counted and not followed", async (terms, lookups) => {
    const found = await cost(`v=spf1 ${terms} -all`, table);
    expect(found).toMatchObject({ lookups, atLeast: terms.includes("include") });
  });

  test("the current domain is the one macro that is known", async () => {
    const asked: string[] = [];
    const table = { "_spf.example.com TXT": ["v=spf1 a:%{dr}.x.example exists:%{d2}.y.example -all"] };
    await cost("v=spf1 include:_spf.%{d} -all", table, asked);
    expect(asked).toEqual([
      "_spf.example.com TXT",
      "com.example._spf.x.example A",
      "example.com.y.example A",
    ]);
  });

  test("records that multiply come to an end, over the limit", async () => {
    const many = Array.from({ length: 30 }, (_, i) => `include:r${i}.example`).join(" ");
    const table = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `r${i}.example TXT`,
        [`v=spf1 ${many.replaceAll(`include:r${i}.example`, "")} -all`],
      ]),
    );
    const asked: string[] = [];
    const found = await cost("v=spf1 include:r0.example -all", table, asked);
    expect(found.atLeast).toBe(true);
    expect(found.lookups).toBeGreaterThan(10);
    expect(asked.length).toBeLessThanOrEqual(50);
  });
});

test("without further records, DNS tells what the record's own terms do", async () => {
  const terms = fc.array(
    fc.constantFrom("a", "mx", "ptr", "ip4:192.0.2.1", "exists:x.example", "include:flat.example"),
  );
  await fc.assert(
    fc.asyncProperty(terms, async (list) => {
      const { lookups } = await cost(`v=spf1 ${[...list, "-all"].join(" ")}`, { "flat.example TXT": [FLAT] });
      expect(lookups).toBe(list.filter((term) => !term.startsWith("ip4")).length);
    }),
  );
});
