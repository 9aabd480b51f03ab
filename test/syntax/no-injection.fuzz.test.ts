import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { recordsOf } from "../../src/kinds/index.js";
import { toTxtContent } from "../../src/syntax/txt.js";
import { readTxt } from "./independent-readers.js";

/*
 * Whatever stands in a key, the record says the same of everything else: either the file is refused, or only the part
 * that the key is for has changed. The parts are cut here as receivers cut them: RFC 7208 §4.6, RFC 6376 §3.2.
 */

const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 150) };

/** Pieces that mean something in one of the records, in YAML, or in DNS. */
const piece = fc.oneof(
  fc.constantFrom(
    ..." ;,!:=\"'\\%@/?#&+-~.*\t\n\r\0\u00a0{}[]()|<>",
    "+all",
    "include:",
    "v=spf1 ",
    "v=DMARC1;",
    "p=reject",
    "rua=",
    "mailto:",
    "https://",
    "%20",
    "%2C",
    "%3B",
    "%40",
    "%{d}",
    "{domain}",
    "a@b.example",
    "_spf.example.net",
    "example.net",
    "ü",
  ),
  fc.stringMatching(/^[a-z0-9]{1,4}$/),
);
const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
/** Text that a key takes, with something hostile before, in or behind it. */
const around = (good: string) =>
  fc.oneof(
    text,
    text.map((bad) => good + bad),
    text.map((bad) => bad + good),
    fc.tuple(fc.nat({ max: good.length }), text).map(([at, bad]) => good.slice(0, at) + bad + good.slice(at)),
  );

const BASE = {
  domain: "yourdomain.com",
  region: "us-east-1",
  spf: { include: ["first.example.net", "last.example.net"], all: "fail" },
  apexSpf: { terms: ["ip4:192.0.2.1", "mx"], all: "fail" },
  dmarc: {
    policy: "quarantine",
    alignment: { dkim: "strict" },
    aggregateReports: ["first@yourdomain.com", "last@yourdomain.com"],
    failureReports: ["ruf@yourdomain.com"],
    testing: true,
  },
  tlsReports: ["first@yourdomain.com", "last@yourdomain.com"],
  mtaSts: { id: "1" },
  bimi: { logo: "https://yourdomain.com/logo.svg", certificate: "https://yourdomain.com/a.pem" },
};

/** Name and type of each record → its parts; undefined where the file is refused. */
function parts(settings: object): ReadonlyMap<string, readonly string[]> | undefined {
  const bytes = Buffer.from(JSON.stringify({ ...BASE, ...settings }));
  const { domains } = checkDomains([{ path: "domains/yourdomain.com.yaml", bytes }], {});
  const [domain] = domains;
  if (domain === undefined) return undefined;
  return new Map(
    recordsOf(domain).map(({ type, name, value }) => {
      const read = type === "TXT" ? Buffer.concat(readTxt(toTxtContent(value))).toString("latin1") : value;
      return [`${type} ${name}`, cut(read)];
    }),
  );
}

function cut(value: string): readonly string[] {
  if (/^v=spf1(?: |$)/.test(value)) return value.split(" ");
  return value.split(";").flatMap((tag) => {
    const [, name, uris] = /^\s*(ru[af]=)(.*?)\s*$/.exec(tag) ?? [];
    return name === undefined ? [tag.trim()] : [name, ...uris!.split(",")];
  });
}

const base = parts({})!;

interface Key {
  readonly key: string;
  readonly good: string;
  readonly settings: (value: string) => object;
  /** The record, and the place of the part that the key is for. */
  readonly record: string;
  readonly at: number;
  /** What the part looks like, whatever it says. */
  readonly part: RegExp;
}

const MAILTO = /^mailto:[\x21-\x7e]+$|^https:\/\/[\x21-\x7e]+$/;
const keys: readonly Key[] = [
  {
    key: "spf.include",
    good: "_spf.example.net",
    settings: (value) => ({
      spf: { ...BASE.spf, include: ["first.example.net", value, "last.example.net"] },
    }),
    record: "TXT mail.yourdomain.com",
    at: 3,
    part: /^include:[\x21-\x7e]+$/,
  },
  {
    key: "apexSpf.terms",
    good: "include:_spf.example.net",
    settings: (value) => ({ apexSpf: { ...BASE.apexSpf, terms: ["ip4:192.0.2.1", value, "mx"] } }),
    record: "TXT yourdomain.com",
    at: 2,
    // No term ends the record or takes another's place.
    part: /^(?!\+?all$)[\x21-\x7e]+$/i,
  },
  {
    key: "dmarc.aggregateReports",
    good: "dmarc@example.net",
    settings: (value) => ({
      dmarc: { ...BASE.dmarc, aggregateReports: ["first@yourdomain.com", value, "last@yourdomain.com"] },
    }),
    record: "TXT _dmarc.yourdomain.com",
    at: 5,
    part: MAILTO,
  },
  {
    key: "dmarc.failureReports",
    good: "mailto:dmarc@example.net",
    settings: (value) => ({ dmarc: { ...BASE.dmarc, failureReports: ["ruf@yourdomain.com", value] } }),
    record: "TXT _dmarc.yourdomain.com",
    at: 8,
    part: MAILTO,
  },
  {
    key: "tlsReports",
    good: "https://example.net/tls",
    settings: (value) => ({ tlsReports: ["first@yourdomain.com", value, "last@yourdomain.com"] }),
    record: "TXT _smtp._tls.yourdomain.com",
    at: 3,
    part: MAILTO,
  },
];

/** The parts with one more among them. */
function withPart({ record, at, part }: Key, found: ReadonlyMap<string, readonly string[]>): void {
  for (const [name, expected] of base) {
    const actual = found.get(name);
    if (name !== record) expect(actual).toEqual(expected);
    else {
      expect(actual![at]).toMatch(part);
      expect(actual!.toSpliced(at, 1)).toEqual(expected);
    }
  }
}

describe.each(keys)("no value of $key changes what else the records say", (key) => {
  test("as it is meant", () => {
    const found = parts(key.settings(key.good));
    expect(found).toBeDefined();
    withPart(key, found!);
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(around(key.good), (value) => {
        const found = parts(key.settings(value));
        if (found !== undefined) withPart(key, found);
      }),
      RUNS,
    );
  });
});

const whole: readonly Pick<Key, "key" | "good" | "settings" | "record" | "at" | "part">[] = [
  {
    key: "mtaSts.id",
    good: "20261124",
    settings: (id) => ({ mtaSts: { id } }),
    record: "TXT _mta-sts.yourdomain.com",
    at: 1,
    part: /^id=[A-Za-z0-9]{1,32}$/,
  },
  {
    key: "bimi.logo",
    good: "https://example.net/logo.svg",
    settings: (logo) => ({ bimi: { ...BASE.bimi, logo } }),
    record: "TXT default._bimi.yourdomain.com",
    at: 1,
    part: /^l=https:\/\/[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/i,
  },
  {
    key: "bimi.certificate",
    good: "https://example.net/a.pem",
    settings: (certificate) => ({ bimi: { ...BASE.bimi, certificate } }),
    record: "TXT default._bimi.yourdomain.com",
    at: 2,
    part: /^a=https:\/\/[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/i,
  },
];

test.each(whole)(
  "no value of $key changes what else the records say",
  ({ good, settings, record, at, part }) => {
    const replaced = (found: ReadonlyMap<string, readonly string[]>): void => {
      const expected = new Map(base);
      expect(found.get(record)?.[at]).toMatch(part);
      expected.set(record, base.get(record)!.with(at, found.get(record)![at]!));
      expect(found).toEqual(expected);
    };
    replaced(parts(settings(good))!);
    fc.assert(
      fc.property(around(good), (value) => {
        const found = parts(settings(value));
        if (found !== undefined) replaced(found);
      }),
      RUNS,
    );
  },
);

/** Values of keys that become names of records. */
const names: readonly {
  readonly key: string;
  readonly good: string;
  readonly settings: (value: string) => object;
}[] = [
  { key: "mailFrom.subdomain", good: "mail", settings: (subdomain) => ({ mailFrom: { subdomain } }) },
  {
    key: "dkim.hostedZone",
    good: "dkim.amazonses.com",
    settings: (hostedZone) => ({ dkim: { hostedZone } }),
  },
  {
    key: "dkim.bringYourOwn.selector",
    good: "s2026",
    settings: (selector) => ({ dkim: { bringYourOwn: { selector, privateKey: "dkimKey" } } }),
  },
];

test.each(names)(
  "every value of $key that is taken makes names of letters, digits and hyphens",
  ({ good, settings }) => {
    const check = (value: string): boolean => {
      const found = parts(settings(value));
      if (found === undefined) return false;
      for (const [record, [value]] of found) {
        const [type, name] = record.split(" ");
        expect(name).toMatch(/^(?:(?:[a-z0-9_]|\{token\d\})(?:[a-z0-9-]*[a-z0-9])?\.)+com$/);
        if (type === "CNAME") expect(value).toMatch(/^\{token\d\}(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/);
      }
      return true;
    };
    expect(check(good)).toBe(true);
    fc.assert(
      fc.property(around(good), (value) => void check(value)),
      RUNS,
    );
  },
);
