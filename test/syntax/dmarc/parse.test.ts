import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DmarcSettings } from "../../../src/syntax/dmarc/settings.js";
import { dmarcValue } from "../../../src/syntax/dmarc/build.js";
import { parseDmarc } from "../../../src/syntax/dmarc/parse.js";

/** `severity code: text at fault`. */
function found(text: string): string[] {
  return parseDmarc(text).findings.map(
    ({ severity, code, start, end }) => `${severity} ${code}: ${text.slice(start, end)}`,
  );
}

describe("what a record says", () => {
  test("every tag", () => {
    const text =
      "v=DMARC1; p=Reject; sp=quarantine; np=reject; adkim=s; aspf=r; fo=1:d:s; rua=mailto:a@x.example,mailto:b@y.example; ruf=mailto:c@x.example; t=y; psd=n";
    const { record, findings } = parseDmarc(text);
    expect(findings).toEqual([]);
    expect(record).toMatchObject({
      policy: "reject",
      subdomainPolicy: "quarantine",
      nonexistentSubdomainPolicy: "reject",
      dkimAlignment: "strict",
      spfAlignment: "relaxed",
      failureOptions: ["1", "d", "s"],
      aggregateReports: [
        { uri: "mailto:a@x.example", scheme: "mailto", address: "a@x.example", host: "x.example" },
        { uri: "mailto:b@y.example", host: "y.example" },
      ],
      failureReports: [{ uri: "mailto:c@x.example" }],
      testing: true,
      publicSuffix: "n",
    });
    for (const { start, end, name, value, valueSpan } of record!.tags) {
      expect(text.slice(start, end).toLowerCase()).toBe(`${name}=${value}`.toLowerCase());
      expect(text.slice(valueSpan.start, valueSpan.end)).toBe(value);
    }
  });

  test("absent tags are absent", () => {
    const { record } = parseDmarc("v=DMARC1; p=none");
    expect(record).toEqual({
      text: "v=DMARC1; p=none",
      tags: expect.any(Array),
      policy: "none",
      failureOptions: [],
      aggregateReports: [],
      failureReports: [],
    });
  });

  test("blanks, tag names in capitals, and percent-encoding", () => {
    const { record, findings } = parseDmarc(
      "V = DMARC1 ;P\t=\tnone; RUA = mailto:a%2Cb@x.example , mailto:c@x.example ;",
    );
    expect(findings).toEqual([]);
    expect(record).toMatchObject({
      policy: "none",
      aggregateReports: [{ address: "a,b@x.example" }, { address: "c@x.example" }],
    });
  });
});

// Usable as they are (RFC 9989 §4.7).
test.each([
  "v=DMARC1; p=none",
  "v=DMARC1;p=none;",
  "v=DMARC1; p=reject; rua=mailto:d@rua.agari.com; ruf=mailto:d@ruf.agari.com; fo=1",
  "v=DMARC1; p=quarantine; sp=none; rua=mailto:postmaster+dmarc@example.com",
  "v=DMARC1; p=none; psd=y; np=reject; rua=mailto:a@example.gov",
])("nothing to say: %s", (text) => {
  expect(found(text)).toEqual([]);
});

test.each([
  ["", ["error not-dmarc: "]],
  ["v=dmarc1; p=none", ["error not-dmarc: v=dmarc1"]],
  ["v=DMARC10; p=none", ["error not-dmarc: v=DMARC1"]],
  ["p=none; v=DMARC1", ["error not-dmarc: p=none; "]],
  ["v=DMARC1 p=none", ["error not-dmarc: v=DMARC1"]],
  [" v=DMARC1; p=none", ["error not-dmarc:  v=DMARC"]],
  ["v=DMARC1", ["error policy-missing: v=DMARC1"]],
  ["v=DMARC1; rua=mailto:a@x.example", ["warning policy-missing: v=DMARC1; rua=mailto:a@x.example"]],
  ["v=DMARC1; p=rejct", ["error policy-missing: v=DMARC1; p=rejct", "error invalid-value: rejct"]],
  ["v=DMARC1; p=rejct; rua=mailto:a@x.example", ["error invalid-value: rejct"]],
  ["v=DMARC1; rua=mailto:a@x.example; p=none", ["warning policy-not-second: p=none"]],
  ["v=DMARC1; p=none; p=reject", ["error duplicate-tag: p=reject"]],
  ["v=DMARC1; p=none; sp=", ["error invalid-value: "]],
  ["v=DMARC1; p=none; adkim=strict", ["error invalid-value: strict"]],
  ["v=DMARC1; p=none; np=maybe", ["error invalid-value: maybe"]],
  ["v=DMARC1; p=reject; t=1", ["error invalid-value: 1"]],
  ["v=DMARC1; p=none; psd=x", ["error invalid-value: x"]],
  ["v=DMARC1; p=none; foo=bar", ["warning unknown-tag: foo=bar"]],
  ["v=DMARC1; p=none; whatever", ["error syntax: whatever"]],
  ["v=DMARC1; p=none;; sp=none", ["warning syntax: "]],
  [
    "v=DMARC1; p=reject; pct=100; ri=86400; rf=afrf",
    ["note removed-tag: pct=100", "note removed-tag: ri=86400", "note removed-tag: rf=afrf"],
  ],
  ["v=DMARC1; p=reject; pct=50", ["warning removed-tag: pct=50"]],
  ["v=DMARC1; p=none; t=y", ["note testing-unused: t=y"]],
  ["v=DMARC1; p=reject; t=y", []],
  ["v=DMARC1; p=none; fo=1", ["note failure-options-unused: fo=1"]],
  ["v=DMARC1; p=none; fo=0:1; ruf=mailto:a@x.example", ["warning failure-options: 0:1"]],
  ["v=DMARC1; p=none; fo=x; ruf=mailto:a@x.example", ["error invalid-value: x"]],
  ["v=DMARC1; p=none; rua=a@x.example", ["error invalid-uri: a@x.example"]],
  ["v=DMARC1; p=none; rua=mailto:a@x.example,", ["error invalid-uri: "]],
  ["v=DMARC1; p=none; rua=mailto:a@x.example, b@x.example", ["error invalid-uri: b@x.example"]],
  ["v=DMARC1; p=none; rua=mailto:a!b@x.example", ["error invalid-uri: mailto:a!b@x.example"]],
  ["v=DMARC1; p=none; rua=mailto:x.example", ["error invalid-uri: mailto:x.example"]],
  ["v=DMARC1; p=none; rua=mailto:a@%zz", ["error invalid-uri: mailto:a@%zz"]],
  ["v=DMARC1; p=none; rua=mailto:a@b@x.example", []],
  ["v=DMARC1; p=none; rua=mailto:a@x.example!10m", ["note size-limit: !10m"]],
  ["v=DMARC1; p=none; rua=https://x.example/dmarc", ["warning unsupported-scheme: https://x.example/dmarc"]],
  ["v=DMARC1; p=none; rua=https:dmarc", ["error invalid-uri: https:dmarc"]],
])("%s", (text, expected) => {
  expect(found(text)).toEqual(expected);
});

const policy = fc.constantFrom("none", "quarantine", "reject");
const address = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~,-]{1,20}$/), fc.domain())
  .map(([local, domain]) => `${local}@${domain}`);
const reports = fc.uniqueArray(address, { maxLength: 3 });
const settings: fc.Arbitrary<DmarcSettings> = fc.record(
  {
    policy,
    subdomainPolicy: policy,
    nonexistentSubdomainPolicy: policy,
    alignment: fc.record({
      dkim: fc.constantFrom("relaxed", "strict"),
      spf: fc.constantFrom("relaxed", "strict"),
    }),
    aggregateReports: reports,
    failureReports: reports,
    failureOptions: fc.subarray(["1", "d", "s"] as const),
    testing: fc.boolean(),
  },
  {
    requiredKeys: ["policy", "alignment", "aggregateReports", "failureReports", "failureOptions", "testing"],
  },
);

test("what is built says what the file asked for", () => {
  fc.assert(
    fc.property(settings, (asked) => {
      const { record, findings } = parseDmarc(dmarcValue(asked));
      expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
      const subdomains = record!.subdomainPolicy ?? record!.policy;
      expect({
        policy: record!.policy,
        subdomains,
        nonexistent: record!.nonexistentSubdomainPolicy ?? subdomains,
        dkim: record!.dkimAlignment ?? "relaxed",
        spf: record!.spfAlignment ?? "relaxed",
        rua: record!.aggregateReports.map((uri) => uri.address),
        ruf: record!.failureReports.map((uri) => uri.address),
        fo: record!.failureOptions,
        testing: record!.testing ?? false,
      }).toEqual({
        policy: asked.policy,
        subdomains: asked.subdomainPolicy ?? asked.policy,
        nonexistent: asked.nonexistentSubdomainPolicy ?? asked.subdomainPolicy ?? asked.policy,
        dkim: asked.alignment.dkim,
        spf: asked.alignment.spf,
        rua: asked.aggregateReports,
        ruf: asked.failureReports,
        fo: asked.failureOptions,
        testing: asked.testing,
      });
    }),
  );
});

const nearly = fc
  .array(
    fc.constantFrom(
      ..."v=DMARC1|;|; |p=none|p=|sp=|rua=|ruf=|mailto:|a@x.example|,|!10m|!|fo=1|:|pct=5|t=y|%2C|%|=| |\t|é|😀|\0".split(
        "|",
      ),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => `v=DMARC1;${pieces.join("")}`);

test("any text is answered with tags and findings inside it", () => {
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: "binary" })), (text) => {
      const { record, findings } = parseDmarc(text);
      const uris = [...(record?.aggregateReports ?? []), ...(record?.failureReports ?? [])];
      for (const { start, end } of [...findings, ...(record?.tags ?? []), ...uris]) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
