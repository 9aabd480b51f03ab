import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderDiagnostic } from "../../src/file/code-frame.js";
import type { LoadResult } from "../../src/domain/sending-domain.js";
import type { Diagnostic } from "../../src/file/diagnostic.js";
import { jsonSchemaText } from "../../src/domain/json-schema.js";
import { RULES } from "../../src/rules/catalogue/rules.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { load, sources } from "./support.js";
import { loadDomains } from "../../src/domain/load-domains.js";

/** A long run is `FUZZ_RUNS=1000000 npx vitest run test/domain/any-file.fuzz.test.ts`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1000);

const FULL = `domain: yourdomain.com
regions:
  us-east-1:
    dkim: { bringYourOwn: { selector: s2026, privateKey: "dkim-{domain}" } }
    configurationSet:
      name: main
      suppressedReasons: [bounce]
      eventDestinations:
        bounces: { events: [bounce], snsTopic: "arn:aws:sns:us-east-1:123456789012:events" }
        opens: { events: [open], cloudWatch: [{ name: a, source: linkTag, default: b }] }
  eu-west-1:
    dkim: { keyLength: 1024 }
    mailFrom: { subdomain: mail-eu }
    tags: { place: dublin }
dns: cloudflare
zone: yourdomain.com
ttl: 1800
dkim: { keyLength: 2048, hostedZone: dkim.amazonses.com }
mailFrom:
  subdomain: mail
  onMxFailure: useDefaultValue
spf:
  include: [_spf.example.net]
  all: softfail
dmarc:
  policy: none
  subdomainPolicy: none
  nonexistentSubdomainPolicy: reject
  alignment: { dkim: relaxed, spf: relaxed }
  aggregateReports: ["dmarc@{domain}", "https://reports.example.net/dmarc"]
  failureReports: ["mailto:dmarc@yourdomain.com"]
  failureOptions: ["1", d]
  testing: false
apexSpf: { terms: ["include:_spf.example.net", "ip4:192.0.2.0/24", mx], all: softfail }
tlsReports: ["tls@{domain}"]
mtaSts: { id: "20261124" }
bimi: { logo: "https://{domain}/logo.svg", certificate: "https://{domain}/vmc.pem" }
configurationSet:
  name: transactional
  tlsPolicy: require
  suppressedReasons: [bounce, complaint]
  eventDestinations:
    feedback: { events: [bounce, complaint], snsTopic: "arn:aws:sns:us-east-1:123456789012:feedback" }
feedbackForwarding: true
tags: { team: growth }
parked: false
protect: false
allow:
  - rule: file-name-mismatch
    reason: agreed
`;

/** What must hold of any result, whatever the input. */
function isSound(
  { domains, diagnostics, files }: LoadResult,
  input: Readonly<Record<string, string | Uint8Array>>,
): void {
  expect(files).toBe(Object.keys(input).length);
  const lines = new Map(
    sources(input).map(({ path, bytes }) => [path, new TextDecoder().decode(bytes).split("\n")]),
  );
  const withErrors = new Set<string>();
  for (const diagnostic of diagnostics) {
    isPlaced(diagnostic, lines);
    expect(RULES).toHaveProperty([diagnostic.rule]);
    expect(diagnostic.hint).not.toBe("");
    if (diagnostic.severity === "error") withErrors.add(diagnostic.file);
    // A message from a file's text must not steer the terminal.
    const shown = renderDiagnostic(diagnostic, lines.get(diagnostic.file)!.join("\n"));
    expect(shown.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  }
  for (const { file } of domains) expect(withErrors).not.toContain(file);
}

function isPlaced(
  { file, line, column, endLine, endColumn }: Diagnostic,
  lines: Map<string, string[]>,
): void {
  const texts = lines.get(file)!;
  expect(line).toBeGreaterThanOrEqual(1);
  expect(line).toBeLessThanOrEqual(texts.length);
  expect(column).toBeGreaterThanOrEqual(1);
  expect(column).toBeLessThanOrEqual(texts[line - 1]!.length + 1);
  if (endLine !== undefined) {
    expect(endLine).toBeGreaterThanOrEqual(line);
    if (endLine === line) expect(endColumn).toBeGreaterThan(column);
  }
}

const check = (input: Readonly<Record<string, string | Uint8Array>>): void =>
  isSound(checkDomains(sources(input), {}), input);
const holds = (
  property: fc.IProperty<[string]> | fc.IProperty<[Uint8Array]> | fc.IProperty<unknown[]>,
): void => fc.assert(property as fc.IProperty<unknown[]>, { numRuns: RUNS });

const snippet = fc.oneof(
  fc.string({ maxLength: 8, unit: "binary" }),
  fc.constantFrom(
    "\t",
    "\n",
    "\r\n",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!!binary ",
    "!x ",
    "'",
    '"',
    "|",
    ">",
    "---\n",
    "...\n",
    "#",
    "? ",
    "%YAML 1.1\n",
    "\0",
    "\ufeff",
    "<<: ",
    "null",
    "~",
    "{domain}",
    "{x}",
    "__proto__: ",
    "constructor: ",
    "\\",
    "..",
    "@",
    "1e999",
    ".nan",
    "0x",
    "-",
    "*",
    "ü",
    "xn--",
    "\ud800",
    "  ",
    "toString: 1\n",
    "dmarc: unmanaged\n",
    "allow: [{}]\n",
    "\u202e",
  ),
);
/** FULL with pieces cut out and put in. */
const mutated = fc
  .array(fc.tuple(fc.nat(FULL.length), fc.nat(12), snippet), { minLength: 1, maxLength: 6 })
  .map((edits) =>
    edits.reduce((text, [at, cut, added]) => text.slice(0, at) + added + text.slice(at + cut), FULL),
  );

/** Every key of a domain file at any depth, from its JSON Schema, and one that JavaScript treats specially. */
const KEYS = [...keysIn(JSON.parse(jsonSchemaText())), "__proto__"];

function keysIn(schema: unknown): Set<string> {
  if (typeof schema !== "object" || schema === null) return new Set();
  return new Set(
    Object.entries(schema).flatMap(([name, value]: [string, unknown]) => [
      ...(name === "properties" ? Object.keys(value as object) : []),
      ...keysIn(value),
    ]),
  );
}

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      true,
      1,
      60,
      "none",
      "us-east-1",
      "unmanaged",
      "yourdomain.com",
      "a@b.example",
      "{domain}",
      "",
    ),
    fc.string(),
    fc.double(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie("value"), { maxKeys: 6 }),
  ),
})).value;

// A run with more inputs takes as long as it takes, and so does this one on a busy machine.
const timeout = process.env.FUZZ_RUNS === undefined ? 120_000 : 0;

describe("whatever the input, loading ends with placed diagnostics", { timeout }, () => {
  it("bytes", () =>
    holds(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => check({ "yourdomain.com.yaml": bytes })),
    ));

  it("text", () =>
    holds(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) =>
        check({ "yourdomain.com.yaml": text, "_defaults.yaml": text }),
      ),
    ));

  it("mutated domain files", () =>
    holds(fc.property(mutated, (text) => check({ "yourdomain.com.yaml": text }))));

  it("mutated defaults", () =>
    holds(
      fc.property(mutated, mutated, (file, defaults) =>
        check({
          "yourdomain.com.yaml": file,
          "example.net.yaml": "domain: example.net\n",
          "_defaults.yaml": defaults,
        }),
      ),
    ));

  it("well-formed YAML of any shape", () =>
    // JSON is YAML.
    holds(
      fc.property(anyValue, (value) => check({ "yourdomain.com.yaml": JSON.stringify(value, null, 1) })),
    ));

  it("tags: each wrong key and each wrong value is reported at its place", () => {
    const mark = (wrong: boolean): string => (wrong ? "#" : "");
    holds(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 9 }), (tags) => {
        const lines = tags.map(([key, value], index) => `  "k${index}${mark(key)}": "v${mark(value)}"`);
        const text = `domain: yourdomain.com\nregion: us-east-1\ntags:\n${lines.join("\n")}\n`;
        const { diagnostics } = load({ "yourdomain.com.yaml": text });
        expect(diagnostics.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual(
          tags.flatMap(([key, value], index) => [
            ...(key ? [`${index + 4}:3 invalid-tag`] : []),
            ...(value ? [`${index + 4}:${lines[index]!.indexOf('"v') + 1} invalid-tag`] : []),
          ]),
        );
      }),
    );
  });

  it.each([
    ["brackets", "[".repeat(65536)],
    ["braces", "{".repeat(65536)],
    ["dashes", "- ".repeat(32768)],
    ["question marks", "? ".repeat(32768)],
    ["anchors", "&a ".repeat(20000)],
    ["aliases", `a: &a [x]\n${Array.from({ length: 3000 }, (_, i) => `b${i}: [*a, *a]`).join("\n")}`],
    ["documents", "---\n".repeat(16000)],
    ["keys", Array.from({ length: 7000 }, (_, i) => `k${i}:`).join("\n")],
    ["the same key", "ttl: 1\n".repeat(9000)],
    ["a long name", `domain: ${"a.".repeat(32000)}`],
    ["a long Unicode name", `domain: ü${"a".repeat(60000)}`],
    ["a long address", `dmarc: { aggregateReports: ["${"a.".repeat(30000)}@x"] }`],
    ["a long list", `dmarc: { aggregateReports: [${"a,".repeat(30000)}] }`],
    ["a long word", `region: ${"us-east-".repeat(8000)}`],
  ])("many %s", (_, text) => {
    const start = performance.now();
    const { domains } = loadDomains(sources({ "yourdomain.com.yaml": text }), {});
    expect(domains).toEqual([]);
    // Generous: the point is that nothing grows without bound.
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});
