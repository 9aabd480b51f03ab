import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareZone } from "../../src/drift/compare-records.js";
import { refreshTargets } from "../../src/drift/find-drift.js";
import type { OwnRecord } from "../../src/drift/state.js";
import type { KindName } from "../../src/kinds/index.js";
import type { HostRecord } from "../../src/publishers/publisher.js";

const DOMAIN = "a.example";

type Shape = readonly [kind: KindName, type: string, name: string, value: string];

/** One of each kind that a zone holds. */
const SHAPES: readonly Shape[] = [
  ["dkim", "CNAME", `t1._domainkey.${DOMAIN}`, "t1.dkim.amazonses.com"],
  ["mailFrom", "MX", `mail.${DOMAIN}`, "10 feedback-smtp.us-east-1.amazonses.com"],
  ["spf", "TXT", `mail.${DOMAIN}`, "v=spf1 include:amazonses.com ~all"],
  ["dmarc", "TXT", `_dmarc.${DOMAIN}`, `v=DMARC1; p=none; rua=mailto:dmarc@${DOMAIN}`],
  ["apexSpf", "TXT", DOMAIN, "v=spf1 mx ~all"],
];

function own([kind, type, name, value]: Shape): OwnRecord {
  const resource = `${DOMAIN}/${kind}`;
  const at = { zone: "z", type, name, value, ttl: 1800, plain: true };
  return {
    ...at,
    urn: `urn:${kind}`,
    resource,
    domain: DOMAIN,
    host: "cloudflare",
    kind,
    importId: `z/${kind}`,
  };
}

function live(record: OwnRecord, change: Partial<HostRecord> = {}): HostRecord {
  const { zone, type, name, value, ttl, plain, importId } = record;
  const at = { zone, type, name, value, ttl, plain, importId, ...change };
  return { ...at, shown: `${at.type} ${at.value}`, alias: at.type === "CNAME" && at.plain };
}

const OWN = SHAPES.map(own);
const of = (kind: KindName): OwnRecord => OWN.find((record) => record.kind === kind)!;
const LIVE = OWN.map((record) => live(record));
const compare = (records: readonly HostRecord[]) => compareZone(OWN, records, "Cloudflare");
const without = (kind: KindName): HostRecord[] => LIVE.filter(({ importId }) => importId !== `z/${kind}`);

describe("compareZone", () => {
  it("finds nothing where the zone has what the state says, whatever else is in it and in any order", () => {
    const others = fc.array(
      fc.record({
        type: fc.constantFrom("A", "TXT", "MX"),
        name: fc.constantFrom("www", "blog", "x").map((label) => `${label}.b.example`),
        value: fc.string(),
      }),
    );
    fc.assert(
      fc.property(others, fc.infiniteStream(fc.nat()), (added, lots) => {
        const more = added.map((one, index) => live(of("spf"), { ...one, importId: `z/other-${index}` }));
        const key = new Map([...LIVE, ...more].map((record) => [record, lots.next().value as number]));
        const mixed = [...key.keys()].sort((a, b) => key.get(a)! - key.get(b)!);
        expect(compare(mixed)).toEqual([]);
      }),
    );
  });

  it("finds exactly the records that are gone, and refreshes those", () => {
    fc.assert(
      fc.property(fc.subarray(SHAPES.map(([kind]) => kind)), (lost) => {
        const findings = compare(
          LIVE.filter(({ importId }) => !lost.some((kind) => importId === `z/${kind}`)),
        );
        expect(findings.map(({ kind, resource }) => [kind, resource])).toEqual(
          OWN.filter(({ kind }) => lost.includes(kind!)).map(({ resource }) => ["gone", resource]),
        );
        expect(refreshTargets({ findings })).toEqual(lost.map((kind) => `urn:${kind}`));
      }),
    );
  });

  it("names the fields that were changed by hand, and only those", () => {
    const changes = fc.record(
      {
        ttl: fc.integer({ min: 60, max: 1799 }),
        plain: fc.constant(false),
        value: fc.constant("20 other.example"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(changes, (change) => {
        const findings = compare([...without("mailFrom"), live(of("mailFrom"), change)]);
        const expected = [
          ...("value" in change ? ["content", "priority"] : []),
          ...("ttl" in change ? ["ttl"] : []),
          ...("plain" in change ? ["proxied"] : []),
        ];
        expect(findings.flatMap((one) => one.changes.map(({ field }) => field))).toEqual(expected);
        expect(findings.every(({ kind }) => kind === "changed")).toBe(true);
      }),
    );
  });

  it("takes a record that somebody made in place of ours for it, and adopts only the very same one", () => {
    const same = live(of("spf"), { importId: "z/new" });
    expect(compare([...without("spf"), same])).toMatchObject([
      { kind: "recreated", changes: [], refresh: ["urn:spf"] },
    ]);
    const other = { ...same, value: "v=spf1 -all" };
    expect(compare([...without("spf"), other])).toMatchObject([
      { kind: "recreated", changes: [{ field: "content" }], refresh: [] },
    ]);
    // What a product of the host owns is not adopted, even if it says the same.
    expect(compare([...without("spf"), { ...same, owner: "Cloudflare Email Routing" }])).toMatchObject([
      {
        kind: "recreated",
        refresh: [],
        remedy: expect.stringContaining("Cloudflare Email Routing") as string,
      },
    ]);
    // A TXT record of another kind at the name is none of ours.
    expect(
      compare([...without("apexSpf"), live(of("apexSpf"), { importId: "z/n", value: "google=1" })]),
    ).toMatchObject([{ kind: "gone", inTheWay: [] }]);
  });

  it.each<[string, KindName, Partial<HostRecord>, number]>([
    ["a second SPF record (RFC 7208 §4.5)", "apexSpf", { value: "V=SPF1 -all" }, 1],
    ["a second DMARC record", "dmarc", { value: "v=DMARC1" }, 1],
    ["a second MX at the MAIL FROM name", "mailFrom", { value: "20 mx.example.net" }, 1],
    [
      "a CNAME over two of ours (RFC 2181 §10.1), told once",
      "mailFrom",
      { type: "CNAME", value: "x.example" },
      1,
    ],
    ["verification of another service", "apexSpf", { value: "google-site-verification=1" }, 0],
    ["an MX for receiving beside our SPF", "apexSpf", { type: "MX", value: "10 mx.example.net" }, 0],
  ])("%s", (_, kind, change, count) => {
    const findings = compare([...LIVE, live(of(kind), { importId: "z/beside", ...change })]);
    expect(findings).toHaveLength(count);
    for (const finding of findings) expect(finding).toMatchObject({ kind: "rival", refresh: [] });
  });

  it("does not ask for a refresh where an update could not create the record again", () => {
    const cname = live(of("mailFrom"), { importId: "z/c", type: "CNAME", value: "x.example" });
    const findings = compare([...without("mailFrom").filter(({ importId }) => importId !== "z/spf"), cname]);
    expect(findings).toMatchObject([
      { kind: "gone", inTheWay: ["CNAME x.example"], refresh: [] },
      { kind: "gone", inTheWay: ["CNAME x.example"], refresh: [] },
    ]);
  });

  it("knows an added report address from a weaker policy", () => {
    const { value } = of("dmarc");
    const [added] = compare([
      ...without("dmarc"),
      live(of("dmarc"), { value: `${value},mailto:x@b.example` }),
    ]);
    expect(added!.meaning).toContain("Reports also go to mailto:x@b.example.");
    const [weaker] = compare([
      ...without("dmarc"),
      live(of("dmarc"), { value: `v=DMARC1; p=reject; rua=mailto:dmarc@${DOMAIN},mailto:x@b.example` }),
    ]);
    expect(weaker!.meaning).toContain("Receivers act on what the record says now.");
  });
});
