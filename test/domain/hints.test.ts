import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/file/diagnostic.js";
import type { RuleName } from "../../src/rules/catalogue/rules.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { FLEET_RULE_EXAMPLES } from "../fleet/rule-examples.js";
import { follow } from "./follow.js";
import { RULE_EXAMPLES } from "./rule-examples.js";
import { brief, sources } from "./support.js";

const D = "yourdomain.com.yaml";
const OPTIONS = { defaultRegion: "us-east-1" };
const check = (files: Readonly<Record<string, string | Uint8Array>>, options = OPTIONS) =>
  checkDomains(sources(files), options).diagnostics;
const hintsOf = (text: string): string[] => check({ [D]: text }).map(({ hint }) => hint);
const errorsOf = (text: string) => check({ [D]: text }).filter(({ severity }) => severity === "error");

describe("a number is shown as it was typed", () => {
  it.each([
    ["tags: { account: 012345678901 }", 'put it in quotes: `account: "012345678901"`'],
    ["tags: { version: 1.10 }", 'put it in quotes: `version: "1.10"`'],
    ["tags: { mask: 0xFF }", 'put it in quotes: `mask: "0xFF"`'],
    ["tags: { mode: 0o755 }", 'put it in quotes: `mode: "0o755"`'],
    ["tags: { limit: 1e3 }", 'put it in quotes: `limit: "1e3"`'],
    ["tags: { limit: 1E+03 }", 'put it in quotes: `limit: "1E+03"`'],
    ["tags: { id: 12345678901234567890 }", 'put it in quotes: `id: "12345678901234567890"`'],
    ["tags: { shift: +05 }", 'put it in quotes: `shift: "+05"`'],
    ["tags: { on: True }", 'put it in quotes: `on: "True"`'],
    ["tags: { half: .5 }", 'put it in quotes: `half: ".5"`'],
    [
      "zoneId: 00000000000000000000000000000123",
      'put it in quotes: `zoneId: "00000000000000000000000000000123"`',
    ],
    [
      "zoneId: 1234567890123456789012345678e123",
      'put it in quotes: `zoneId: "1234567890123456789012345678e123"`',
    ],
    ["mtaSts: { id: 0020261124 }", 'put it in quotes: `id: "0020261124"`'],
    ["spf: { include: 1.10 }", 'write a list: `include: ["1.10"]`'],
    ["spf: { all: 1.10 }", "write one of softfail, fail, neutral"],
    ['ttl: "300"', "write it without quotes: `ttl: 300`"],
    ['dkim: { keyLength: "2048" }', "write it without quotes: `keyLength: 2048`"],
    // Text by the core schema of YAML 1.2, which knows no underscores in numbers.
    ["ttl: 1_800", "write for example `ttl: 1800`"],
  ])("%s: %s", (line, hint) => {
    expect(hintsOf(`domain: yourdomain.com\n${line}\n`)[0]).toBe(hint);
  });

  it("in a message too", () => {
    const [found] = check({ [D]: "domain: yourdomain.com\nspf: { all: 1.10 }\n" });
    expect(found!.message).toBe("`1.10` is not allowed for `all`");
  });

  it("not where quotes would not help", () => {
    expect(hintsOf("domain: yourdomain.com\nzoneId: 123\n")).toEqual([
      'write for example `zoneId: "023e105f4ecef8ad9ca31a8372d0c353"`',
    ]);
  });
});

describe("one value in the place of a list", () => {
  const dmarc = (line: string): string =>
    `domain: yourdomain.com\ndmarc:\n  failureReports: [f@yourdomain.com]\n  ${line}\n`;

  it.each([
    ['failureOptions: "1:d:s"', 'write a list: `failureOptions: ["1", d, s]`'],
    ["failureOptions: 1:d:s", 'write a list: `failureOptions: ["1", d, s]`'],
    ["failureOptions: 1, d", 'write a list: `failureOptions: ["1", d]`'],
    ["failureOptions: 1", "write a list: `failureOptions: [1]`"],
    ["failureOptions: d", "write a list: `failureOptions: [d]`"],
    ["failureOptions: both", 'write for example `failureOptions: ["1", d]`'],
    ["aggregateReports: dmarc@yourdomain.com", 'write a list: `aggregateReports: ["dmarc@yourdomain.com"]`'],
    ["aggregateReports: dmarc@{domain}", 'write a list: `aggregateReports: ["dmarc@{domain}"]`'],
    [
      "aggregateReports: a@yourdomain.com, b@yourdomain.com",
      'write a list: `aggregateReports: ["a@yourdomain.com", "b@yourdomain.com"]`',
    ],
    [
      "aggregateReports: mailto:a@yourdomain.com,mailto:b@yourdomain.com",
      'write a list: `aggregateReports: ["mailto:a@yourdomain.com", "mailto:b@yourdomain.com"]`',
    ],
  ])("%s: %s", (line, hint) => {
    const text = dmarc(line);
    const [found] = errorsOf(text);
    expect(found!.hint).toBe(hint);
    expect(errorsOf(follow(text, found!)!)).toEqual([]);
  });
});

describe("a hint names nothing that stands there already", () => {
  it.each([
    ["region: us-east-1\nregoin: us-east-1", "delete it: `region` is already given"],
    ["dmarc: { policy: none }\npolicy: reject", "delete it: `policy` under `dmarc` is already given"],
    ["name: example.net", "delete it: `domain` is already given"],
    ["regions:\n  us-east-1: {}\n  us-eats-1: {}", "did you mean `us-east-2`?"],
  ])("%s: %s", (lines, hint) => {
    expect(hintsOf(`domain: yourdomain.com\n${lines}\n`)[0]).toBe(hint);
  });

  it("nor a rule that cannot be allowed", () => {
    expect(hintsOf("domain: yourdomain.com\nallow: [{ rule: unknown-kye, reason: x }]\n")[0]).toBe(
      "use the rule name that the diagnostic shows; docs/rules.md lists them all",
    );
  });
});

describe("a name that is offered can be a domain", () => {
  it.each([
    ['"*.yourdomain.com"', "write `yourdomain.com`: a domain's identity also covers its subdomains"],
    ['"mail.*.yourdomain.com"', "write `yourdomain.com`: a domain's identity also covers its subdomains"],
    ['"mail-*.yourdomain.com"', "write `yourdomain.com`: a domain's identity also covers its subdomains"],
    ['"*"', "write the domain without it: a domain's identity also covers its subdomains"],
    ['"*.com"', "write the domain without it: a domain's identity also covers its subdomains"],
    ["https://192.0.2.1/", "write the bare domain"],
    ["https://YourDomain.com/", "write the bare domain: `yourdomain.com`"],
    ["hello@localhost", "write the part after the @"],
    ["ck", "write the domain registered below it, such as `yourdomain.co.ck`"],
    ["co.uk", "write the domain registered below it, such as `yourdomain.co.uk`"],
  ])("%s: %s", (domain, hint) => {
    expect(check({ "given.yaml": `domain: ${domain}\n` })[0]!.hint).toBe(hint);
  });
});

/** What has to be decided, looked up or done elsewhere: their hints give no text for the place that is named. */
const DECISIONS: readonly RuleName[] = [
  "domain-looks-like-another",
  "file-name-on-windows",
  "file-too-large",
  "several-documents",
  "duplicate-defaults",
  "dkim-easy-and-own",
  "dkim-private-key-in-file",
  "dkim-public-key",
  "dkim-retired-selector",
  "event-destination",
  "invalid-domain",
  "domain-is-private-suffix",
  "unknown-top-level-domain",
  "domain-too-long",
  "file-name-mismatch",
  "duplicate-domain",
  "region-and-regions",
  "zone-and-zone-id",
  "mail-from-too-long",
  "invalid-tag",
  "parked-setting",
  "apex-spf-term",
  "dmarc-failure-options-without-reports",
  "dmarc-failure-options-exclusive",
  "allow-unknown-rule",
  "allow-without-reason",
  "missing-region",
  "mail-from-clash",
  "dkim-selector-clash",
  "configuration-set-clash",
  "event-destination-region",
  "spf-lookups",
  "spf-length",
  "spf-known-lookups",
  "dmarc-subdomain-policy-ignored",
  "dmarc-external-reports",
  "spf-ptr",
  "spf-unknown-modifier",
  "spf-redirect",
  "reports-to-parked-domain",
  "bimi-without-enforcement",
  "dmarc-no-effect",
];

describe("following the hints of the documentation's examples", () => {
  const examples = [...RULE_EXAMPLES, ...FLEET_RULE_EXAMPLES].filter(
    ({ dns, today, bad, rule }) =>
      (dns ?? today) === undefined && Object.keys(bad).length < 10 && rule !== "not-utf8",
  );

  it.each(examples)("$rule", ({ rule, bad, at, options }) => {
    const files = { ...bad } as Record<string, string>;
    const name = at.slice(0, at.indexOf(":"));
    const found = check(files, options as typeof OPTIONS).find((one) => one.rule === rule)!;
    const after = follow(files[name]!, found);
    expect(after === undefined, found.hint).toBe(DECISIONS.includes(rule));
    if (after === undefined) return;
    const left = check({ ...files, [name]: after }, options as typeof OPTIONS).filter(
      (one) => one.rule === rule || (one.severity === "error" && one.rule !== "file-name-mismatch"),
    );
    expect(left.map((one) => `${brief(one)} after ${after}`)).toEqual([]);
  });
});

const LEAVES: readonly (readonly string[])[] = [
  ["region"],
  ["dns"],
  ["zone"],
  ["zoneId"],
  ["ttl"],
  ["protect"],
  ["feedbackForwarding"],
  ["configurationSet"],
  ["tags"],
  ["tags", "k"],
  ["dkim"],
  ["dkim", "keyLength"],
  ["dkim", "hostedZone"],
  ["mailFrom"],
  ["mailFrom", "subdomain"],
  ["mailFrom", "onMxFailure"],
  ["spf"],
  ["spf", "include"],
  ["spf", "all"],
  ["apexSpf", "all"],
  ["dmarc"],
  ["dmarc", "policy"],
  ["dmarc", "subdomainPolicy"],
  ["dmarc", "alignment"],
  ["dmarc", "alignment", "spf"],
  ["dmarc", "aggregateReports"],
  ["dmarc", "failureOptions"],
  ["dmarc", "testing"],
  ["tlsReports"],
  ["mtaSts"],
  ["mtaSts", "id"],
  ["bimi", "logo"],
  ["allow"],
];

const values = fc.oneof(
  fc.constantFrom(
    ...[
      "012345678901",
      "1.10",
      "0x1F",
      "0o17",
      "1e3",
      "1_000",
      "+05",
      "-0",
      ".5",
      ".inf",
      "300",
      "2048",
      '"300"',
    ],
    ...[
      '"2048"',
      '"1024"',
      "yes",
      "No",
      "True",
      '"true"',
      "off",
      "null",
      "~",
      '""',
      "''",
      "[]",
      "{}",
      "[1, 2]",
    ],
    ...[
      "{ a: b }",
      "1:d:s",
      "1,d",
      "d s",
      "0",
      "1",
      "a@example.com, b@example.com",
      "dmarc@{domain}",
      "{domian}",
    ],
    ...[
      "00000000000000000000000000000123",
      "1234567890123456789012345678e123",
      "softfial",
      "rejct",
      "us-eats-1",
    ],
    ...["mail.yourdomain.com", "yourdomain.com", "co.uk", "*", '"*"', "relaxd", "quarantaine", "unmanagd"],
  ),
  fc.nat().map(String),
  fc.double({ noNaN: true }).map(String),
  fc.stringMatching(/^[a-z0-9.:@ ]{1,12}$/).map((text) => JSON.stringify(text)),
);

/** Whether the value is wrong by itself; what it has to do with others is said once it has the right form. */
const ofTheValue = ({ rule }: { readonly rule: string }): boolean =>
  !["spf-syntax", "spf-include-loop", "zone-not-parent"].includes(rule);

it("what a hint says to write is accepted, whatever stands at whatever key", () => {
  fc.assert(
    fc.property(fc.constantFrom(...LEAVES), values, fc.boolean(), (path, value, inList) => {
      const lines = path.map((key, depth) => `${"  ".repeat(depth)}${key}:`);
      const failureReports = path.includes("failureOptions") ? ["  failureReports: [f@yourdomain.com]"] : [];
      const indent = "  ".repeat(path.length);
      const last = inList ? [`${lines.at(-1)!}`, `${indent}- ${value}`] : [`${lines.at(-1)!} ${value}`];
      const terms = path[0] === "apexSpf" ? ["  terms: [mx]"] : [];
      const text = [
        "domain: yourdomain.com",
        ...lines.slice(0, -1),
        ...failureReports,
        ...terms,
        ...last,
        "",
      ].join("\n");
      // A line can hold several wrong values: each hint that is followed mends its own, until none is left.
      let now = text;
      let left = errorsOf(now).filter(ofTheValue);
      while (left[0] !== undefined) {
        const { line, column, hint } = left[0];
        const after = follow(now, left[0]);
        if (after === undefined) return;
        const onLine = (error: Diagnostic): boolean => error.line === line;
        const before = left.filter(onLine).length;
        left = errorsOf(after).filter(ofTheValue);
        const [still] = left.filter((error) => onLine(error) && error.column === column);
        expect(still && `${hint} → ${after} → ${still.message}`).toBeUndefined();
        expect(left.filter(onLine).length, `${hint} → ${after}`).toBeLessThan(before);
        now = after;
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 600) },
  );
});

it("an error inside a list stands on the line of its entry", () => {
  interface ListCase {
    readonly path: readonly string[];
    readonly good: string[];
    readonly bad: readonly string[];
  }
  const lists = fc.constantFrom<ListCase[]>(
    {
      path: ["spf", "include"],
      good: ["_a.example.net", "_b.example.net"],
      bad: ["1.10", "", "~", "a b", "[a]", "{}"],
    },
    {
      path: ["dmarc", "aggregateReports"],
      good: ["a@yourdomain.com"],
      bad: ["7", "", "x@", "{ a: b }", "'{domian}'"],
    },
    { path: ["dmarc", "failureReports"], good: ["a@yourdomain.com"], bad: ["7", "", "x@", "[]"] },
    { path: ["tlsReports"], good: ["a@yourdomain.com"], bad: ["7", "", "x@", "http://a.com", "[]"] },
    {
      path: ["apexSpf", "terms"],
      good: ["mx", "ip4:192.0.2.1"],
      bad: ["7", "", "all", "a b", "include:", "ip4:1"],
    },
    { path: ["allow"], good: [], bad: ["7", "", "x", "{ rule: x, reason: y }", "{ rule: spf-length }"] },
  );
  fc.assert(
    fc.property(
      lists.chain(({ path, good, bad }) =>
        fc.record({
          path: fc.constant(path),
          before: fc.subarray(good),
          bad: fc.constantFrom(...bad),
          gaps: fc.array(fc.constantFrom("", "# a comment"), { maxLength: 2 }),
          after: fc.constantFrom([], ["# the end"], ["tags:", "  a: b"]),
        }),
      ),
      ({ path, before, bad, gaps, after }) => {
        const indent = "  ".repeat(path.length);
        const head = path.map((key, depth) => `${"  ".repeat(depth)}${key}:`);
        const above = [
          "domain: yourdomain.com",
          ...head,
          ...before.map((entry) => `${indent}- ${entry}`),
          ...gaps,
        ];
        const text = [...above, `${indent}- ${bad}`, ...gaps, ...after, ""].join("\n");
        const errors = errorsOf(text);
        expect(errors.map(({ line }) => line)).toEqual(errors.map(() => above.length + 1));
        expect(errors).not.toEqual([]);
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
  );
});
