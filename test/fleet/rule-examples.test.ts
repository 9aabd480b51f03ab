import { describe, expect, it } from "vitest";
import { RULES } from "../../src/domain/rules.js";
import { fleetRules } from "../../src/fleet/catalogue.js";
import { checkDomains } from "../../src/fleet/check.js";
import { brief, sources } from "../domain/support.js";
import { FLEET_RULE_EXAMPLES } from "./rule-examples.js";

const options = { defaultRegion: "us-east-1" };

/**
 * Tested on records and domains that no short file gives: names of records that can't meet as the keys are today,
 * or hundreds of files.
 */
const TESTED_ELSEWHERE = [
  "cname-conflict",
  "duplicate-record",
  "several-mx",
  "several-spf",
  "several-dmarc",
  "record-outside-zone",
  "records-per-zone",
  "identities-per-region",
];

describe.each(FLEET_RULE_EXAMPLES)("$rule", ({ rule, bad, at, good }) => {
  it("is reported once, at the place of the mistake", () => {
    const { diagnostics } = checkDomains(sources(bad), options);
    expect(diagnostics.map(brief)).toEqual([`${at} ${rule}`]);
    expect(diagnostics[0]!.severity).toBe(RULES[rule].severity);
  });

  it("is content with the corrected files", () => {
    expect(checkDomains(sources(good), options).diagnostics).toEqual([]);
  });
});

it("has an example for each rule that a short file can break", () => {
  const examples = FLEET_RULE_EXAMPLES.map(({ rule }) => rule);
  expect([...examples, ...TESTED_ELSEWHERE].sort()).toEqual(Object.keys(fleetRules).sort());
});
