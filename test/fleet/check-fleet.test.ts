import { expect, test } from "vitest";
import type { MailRecord } from "../../src/kinds/index.js";
import { fleetRules } from "../../src/rules/catalogue/fleet-rules.js";
import type { Rule } from "../../src/rules/catalogue/rule.js";
import { checkFleet } from "../../src/rules/check-fleet.js";
import { clashesAmong } from "../../src/rules/record-clash.js";
import { identity, sendingDomain } from "../syntax/sample.js";

const rulesOf = (domains: Parameters<typeof checkFleet>[0]) => checkFleet(domains).map(({ rule }) => rule);

test("one MAIL FROM name in two Regions", () => {
  const regions = ["eu-west-1", "us-east-1"];
  const identities = regions.map((region) => identity("a.example", { region }));
  const [clash, ...others] = checkFleet([sendingDomain("a.example", { identities })]);
  expect(others).toEqual([]);
  expect(clash).toMatchObject({
    rule: "mail-from-clash",
    severity: "error",
    file: "domains/a.example.yaml#mailFrom.subdomain",
  });
  expect(clash!.message).toContain("eu-west-1 and us-east-1");
});

test("a record outside its zone, once for the domain", () => {
  expect(rulesOf([sendingDomain("a.example", { zone: { name: "b.example" } })])).toEqual([
    "record-outside-zone",
  ]);
  expect(rulesOf([sendingDomain("a.example", { zone: { id: "0".repeat(32) } })])).toEqual([]);
});

test("more than 200 records in a zone", () => {
  const subdomains = (count: number, change = {}) =>
    Array.from({ length: count }, (_, i) => sendingDomain(`s${i}.a.example`, change));
  // Six records a domain.
  expect(rulesOf(subdomains(33))).toEqual([]);
  expect(checkFleet(subdomains(34))).toMatchObject([
    { rule: "records-per-zone", severity: "warning", file: "domains/s33.a.example.yaml#zone" },
  ]);
  expect(rulesOf(subdomains(34, { dns: "manual" }))).toEqual([]);
  expect(rulesOf(subdomains(34, { zone: { id: "0".repeat(32) } }))).toEqual(["records-per-zone"]);
});

const at = (type: MailRecord["type"], name: string, value: string) => ({
  record: { type, name, value, ttl: 1800, purpose: "SPF", origin: [] } as const,
  domain: sendingDomain("a.example"),
});

test.each([
  ["cname-conflict", [at("CNAME", "x.example", "y.example"), at("TXT", "x.example", "hello")]],
  ["cname-conflict", [at("MX", "x.example", "10 y.example"), at("CNAME", "x.example", "y.example")]],
  ["cname-conflict", [at("CNAME", "x.example", "y.example"), at("CNAME", "x.example", "z.example")]],
  ["duplicate-record", [at("TXT", "x.example", "hello"), at("TXT", "x.example", "hello")]],
  ["several-mx", [at("MX", "x.example", "10 y.example"), at("MX", "x.example", "20 y.example")]],
  ["several-spf", [at("TXT", "x.example", "v=spf1 -all"), at("TXT", "x.example", "V=SPF1 ~all")]],
  ["several-dmarc", [at("TXT", "x.example", "v=DMARC1; p=none"), at("TXT", "x.example", "v=DMARC1")]],
])("%s", (rule, records) => {
  expect(Array.from(clashesAmong(records)).map((finding) => finding.rule)).toEqual([rule]);
});

test.each([
  ["different names", [at("CNAME", "x.example", "z.example"), at("TXT", "y.example", "hello")]],
  ["MX and SPF", [at("MX", "x.example", "10 y.example"), at("TXT", "x.example", "v=spf1 -all")]],
  ["SPF and another TXT", [at("TXT", "x.example", "v=spf1 -all"), at("TXT", "x.example", "v=spf1foo")]],
  ["unknown tokens", [at("CNAME", "{token1}.a.example", "x"), at("CNAME", "{token1}.a.example", "x")]],
])("no clash: %s", (_, records) => {
  expect(Array.from(clashesAmong(records))).toEqual([]);
});

test("an error that cannot be allowed says how to mend it; every rule is described", () => {
  for (const [name, rule] of Object.entries<Rule>(fleetRules)) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(rule.summary).toMatch(/\.$/);
    expect(rule.reference).not.toBe("");
  }
});
