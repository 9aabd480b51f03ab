import { expect, test } from "vitest";
import { fleetRules } from "../../src/rules/catalogue/fleet-rules.js";
import type { Rule } from "../../src/rules/catalogue/rule.js";
import { checkFleet } from "../../src/rules/check-fleet.js";
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

test("an error that cannot be allowed says how to mend it; every rule is described", () => {
  for (const [name, rule] of Object.entries<Rule>(fleetRules)) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(rule.summary).toMatch(/\.$/);
    expect(rule.reference).not.toBe("");
  }
});
