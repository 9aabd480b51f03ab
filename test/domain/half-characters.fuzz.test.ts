import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { planDomains } from "../../src/fleet/plan.js";
import { sources } from "./support.js";

/** YAML can write half of a UTF-16 pair, which no UTF-8 text and no URL can hold (RFC 3629 §3). */
const HALVES = fc.constantFrom("\\uD800", "\\uDBFF", "\\uDC00", "\\uDFFF", "\\uDC00\\uD800");

/** Where a file gives text; `X` stands for it. */
const PLACES = [
  ...["domain: X", "region: X", "dns: X", "zone: X", "zoneId: X", "ttl: X", "X: 1", "mtaSts: { id: X }"],
  ...["dkim: { hostedZone: X }", "dkim: { bringYourOwn: { selector: X, privateKey: X } }"],
  ...["mailFrom: { subdomain: X }", "spf: { include: [X] }", "apexSpf: { terms: [X] }"],
  ...["dmarc: { policy: X }", "dmarc: { aggregateReports: [X] }", "dmarc: { failureReports: [X] }"],
  ...[
    "tlsReports: [X]",
    "bimi: { logo: X }",
    "bimi: { logo: 'https://yourdomain.com/a.svg', certificate: X }",
  ],
  ...["configurationSet: X", "configurationSet: { name: a, eventDestinations: { X: { events: [X] } } }"],
  ...["tags: { X: a }", "tags: { a: X }", "regions: { X: {} }", "regions: { us-east-1: { tags: { X: X } } }"],
  ...["allow: [{ rule: X, reason: X }]"],
];

/** What a value may look like around it. */
const SHAPES = [
  ...["X", "aXb", "{domain}X", "X.yourdomain.com", "X@yourdomain.com", '\\"X\\"@yourdomain.com', "a@X.com"],
  ...["mailto:X@yourdomain.com", "mailto:X%40yourdomain.com", "mailto:a@yourdomain.com?subject=X"],
  ...["https://X.example.net/", "https://example.net/X.svg", "https://example.net/%X", "include:X", "%{X}"],
];

function check(line: string): ReturnType<typeof checkDomains> {
  const text = `${line.startsWith("domain:") ? "" : "domain: yourdomain.com\n"}${line}\n`;
  return checkDomains(sources({ "yourdomain.com.yaml": text }), { defaultRegion: "us-east-1" });
}

describe("half of a character", () => {
  it("never stops the check, and stands in no record", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), fc.constantFrom(...SHAPES), HALVES, (place, shape, half) => {
        const { domains } = check(place.replaceAll("X", `"${shape.replaceAll("X", half)}"`));
        const published = planDomains(domains).domains.flatMap(({ records }) => records);
        expect(published.filter(({ name, value }) => /\p{Surrogate}/u.test(name + value))).toEqual([]);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
    );
  });

  it.each([
    ['bimi: { logo: "https://yourdomain.com/\\uD800.svg" }', "bimi-url"],
    [
      'bimi: { logo: "https://yourdomain.com/a.svg", certificate: "https://yourdomain.com/\\uDC00" }',
      "bimi-url",
    ],
    ['dmarc: { aggregateReports: ["\\uD800@yourdomain.com"] }', "dmarc-report-uri"],
    ['dmarc: { aggregateReports: ["mailto:\\uD800%40yourdomain.com"] }', "dmarc-report-uri"],
    ['tlsReports: ["\\"\\uDFFF\\"@yourdomain.com"]', "tls-report-uri"],
  ])("%s: %s", (line, rule) => {
    expect(check(line).diagnostics.map((diagnostic) => diagnostic.rule)).toContain(rule);
  });

  it("but whole characters beyond the first 65,536 may stand before the @ (RFC 6531 §3.3)", () => {
    const { diagnostics } = check('dmarc: { aggregateReports: ["\u{20000}@yourdomain.com"] }');
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
