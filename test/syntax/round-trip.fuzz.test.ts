import { domainToASCII } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadDomains } from "../../src/domain/load-domains.js";
import type { MailRecord } from "../../src/kinds/index.js";
import { recordsOf as allRecords } from "../../src/kinds/index.js";
import { toTxtContent } from "../../src/syntax/txt.js";
import { readDkim, readDmarc, readSpf, readTxt } from "./independent-readers.js";

/** A long run is `FUZZ_RUNS=1000000 npx vitest run test/syntax/round-trip.fuzz.test.ts --testTimeout=0`. */
const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 500) };

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/).filter((text) => !/^..--/.test(text));
const domainName = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: label }, fc.constantFrom("bücher", "größe", "müller")), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom("com", "net", "co.uk", "de"),
  )
  .map(([labels, suffix]) => [...labels, suffix].join("."));
const host = fc
  .array(label, { minLength: 1, maxLength: 3 })
  .map((labels) => `${labels.join(".")}.example.net`);
const localPart = fc.stringMatching(/^[\w!#$%&'*+/=?^`|~äß-]{1,20}(\.[\w!#$%&'*+/=?^`|~äß-]{1,20})?$/);
const address = fc.tuple(localPart, fc.oneof(host, domainName, fc.constant("{domain}")));
const report = fc.oneof(
  address.map(([local, at]) => ({ text: `${local}@${at}`, local, at })),
  fc.constantFrom(
    { text: "mailto:%22dmarc%2Creports%22@example.net", local: '"dmarc,reports"', at: "example.net" },
    { text: '"dmarc; reports"@example.net', local: '"dmarc; reports"', at: "example.net" },
    { text: "mailto:dmarc%21@bücher.de?subject=dmarc", local: "dmarc!", at: "bücher.de" },
    {
      text: "https://reports.example.net/dmarc?for=a%2Cb",
      href: "https://reports.example.net/dmarc?for=a%2Cb",
    },
  ),
);
type Report = { readonly text: string } & (
  { readonly local: string; readonly at: string } | { readonly href: string }
);
const reports = fc.uniqueArray(report as fc.Arbitrary<Report>, {
  maxLength: 5,
  selector: ({ text }) => text.toLowerCase(),
});
const policy = fc.constantFrom("none", "quarantine", "reject");
const mode = fc.constantFrom("relaxed", "strict");
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const dmarc = fc.record({
  policy: optional(policy),
  subdomainPolicy: optional(policy),
  nonexistentSubdomainPolicy: optional(policy),
  alignment: optional(fc.record({ dkim: optional(mode), spf: optional(mode) })),
  aggregateReports: optional(reports),
  failureReports: reports.filter((list) => list.length > 0),
  failureOptions: optional(
    fc.tuple(fc.constantFrom("0", "1"), fc.subarray(["d", "s"])).map(([first, more]) => [first, ...more]),
  ),
  testing: optional(fc.boolean()),
});
/** Settings of one Region. Names up to 60 letters: with eight of them the record takes two strings. */
const regional = fc.record({
  subdomain: fc.array(label, { minLength: 1, maxLength: 2 }).map((labels) => labels.join(".")),
  hostedZone: optional(host),
  /** Selector of a key of the domain's own, instead of Easy DKIM. */
  selector: optional(label),
  include: fc.uniqueArray(
    fc.oneof(
      host.map((name) => `_spf.${name}`),
      fc.constantFrom("%{d2}._spf.example.net", "amazonses.com"),
    ),
    { maxLength: 8 },
  ),
  all: fc.constantFrom("softfail", "fail", "neutral"),
});
const wish = fc.record({
  domain: domainName,
  ttl: optional(fc.oneof(fc.constant(1), fc.integer({ min: 60, max: 86400 }))),
  regions: fc.uniqueArray(fc.tuple(fc.constantFrom("us-east-1", "us-west-2", "eu-west-1"), regional), {
    minLength: 1,
    maxLength: 3,
    selector: ([region]) => region,
  }),
  dmarc: fc.oneof({ weight: 9, arbitrary: dmarc }, fc.constant("unmanaged" as const)),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

function fileOf({ domain, ttl, regions, dmarc }: Wish): string {
  const texts = (list: readonly Report[] | undefined) => list?.map(({ text }) => text);
  const settings = {
    domain,
    ttl,
    regions: Object.fromEntries(
      regions.map(([region, { subdomain, hostedZone, selector, include, all }]) => [
        region,
        { dkim: dkimOf(hostedZone, selector), mailFrom: { subdomain }, spf: { include, all } },
      ]),
    ),
    dmarc:
      dmarc === "unmanaged"
        ? dmarc
        : {
            ...dmarc,
            aggregateReports: texts(dmarc.aggregateReports),
            failureReports: texts(dmarc.failureReports),
          },
  };
  // JSON is YAML.
  return JSON.stringify(settings, null, 2);
}

function dkimOf(hostedZone: string | undefined, selector: string | undefined): object {
  return selector === undefined
    ? { hostedZone }
    : { bringYourOwn: { selector, privateKey: `dkim-${selector}` } };
}

function recordsOf(given: Wish): { readonly name: string; readonly records: readonly MailRecord[] } {
  const name = domainToASCII(given.domain);
  const file = { path: `domains/${name}.yaml`, bytes: Buffer.from(fileOf(given)) };
  const { domains, diagnostics } = loadDomains([file], {});
  expect(diagnostics).toEqual([]);
  return { name, records: allRecords(domains[0]!) };
}

test("the records of any valid file, read by a stranger, say what the file asks for", () => {
  fc.assert(
    fc.property(wish, (given) => {
      const { name, records } = recordsOf(given);
      const txt = (record: MailRecord): string => {
        const strings = readTxt(toTxtContent(record.value));
        expect(strings.filter(({ length }) => length > 255)).toEqual([]);
        return Buffer.concat(strings).toString("utf8");
      };
      for (const record of records) {
        expect(record.ttl).toBe(given.ttl ?? 1800);
        // LDH and underscore, at most 63 to a label and 253 to the name (RFC 1035 §2.3.4), below the domain.
        expect(record.name.replace(/\{token[123]\}/, "t")).toMatch(
          /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}$/,
        );
        expect(record.name.endsWith(`.${name}`)).toBe(true);
      }
      for (const [region, { subdomain, hostedZone, selector, include, all }] of given.regions) {
        const own = records.filter((record) => record.region === region);
        const cnames = own.filter(({ type }) => type === "CNAME");
        expect(cnames.map(({ name, value }) => `${name} ${value}`)).toEqual(
          (selector === undefined ? [1, 2, 3] : []).map(
            (n) => `{token${n}}._domainkey.${name} {token${n}}.${hostedZone ?? "dkim.amazonses.com"}`,
          ),
        );
        const [mx, spf, ...rest] = own.filter(({ type }) => type !== "CNAME");
        expect(rest).toEqual([]);
        expect(mx!.name).toBe(`${subdomain}.${name}`);
        expect(/^(\d+) (\S+)$/.exec(mx!.value)!.slice(1)).toEqual([
          String(mx!.priority),
          `feedback-smtp.${region}.amazonses.com`,
        ]);
        expect(spf!.name).toBe(mx!.name);
        expect(readSpf(txt(spf!))).toEqual({
          includes: ["amazonses.com", ...include.filter((target) => target !== "amazonses.com")],
          all: { softfail: "~", fail: "-", neutral: "?" }[all],
        });
      }
      const ownKeys = records.filter(({ type, purpose }) => type === "TXT" && purpose === "DKIM");
      const selectors = given.regions.flatMap(([, { selector }]) => selector ?? []);
      expect(ownKeys.map(({ name }) => name).sort()).toEqual(
        [...new Set(selectors)].map((selector) => `${selector}._domainkey.${name}`).sort(),
      );
      for (const record of ownKeys) {
        expect(readDkim(txt(record))).toEqual({ v: "DKIM1", k: "rsa", p: "{public key}" });
      }
      const shared = records.filter((record) => record.region === undefined && !ownKeys.includes(record));
      if (given.dmarc === "unmanaged") {
        expect(shared).toEqual([]);
        return;
      }
      expect(shared.map(({ type, name }) => `${type} ${name}`)).toEqual([`TXT _dmarc.${name}`]);
      const { policy = "none", subdomainPolicy = policy, alignment, testing } = given.dmarc;
      const wanted = (list: readonly Report[] | undefined): string[] | undefined =>
        list?.map((report) =>
          "href" in report
            ? report.href
            : `${report.local}@${domainToASCII(report.at.replace("{domain}", name))}`,
        );
      expect(readDmarc(txt(shared[0]!))).toEqual({
        p: policy,
        sp: subdomainPolicy,
        np: given.dmarc.nonexistentSubdomainPolicy ?? subdomainPolicy,
        adkim: alignment?.dkim === "strict" ? "s" : "r",
        aspf: alignment?.spf === "strict" ? "s" : "r",
        fo: [...(given.dmarc.failureOptions ?? ["0"])].sort(),
        rua: wanted(given.dmarc.aggregateReports) ?? [`dmarc@${name}`],
        ruf: wanted(given.dmarc.failureReports),
        t: testing === true ? "y" : "n",
      });
    }),
    RUNS,
  );
});

test("TXT content of any value holds its bytes, read as RFC 1035 §5.1 says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400, size: "max" }), (value) => {
      const strings = readTxt(toTxtContent(value));
      expect(strings.filter(({ length }) => length > 255)).toEqual([]);
      expect(Buffer.concat(strings)).toEqual(Buffer.from(value, "utf8"));
    }),
    RUNS,
  );
});
