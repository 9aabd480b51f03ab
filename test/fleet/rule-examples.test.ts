import { describe, expect, it } from "vitest";
import { RULES } from "../../src/domain/rules.js";
import { fleetRules } from "../../src/fleet/catalogue.js";
import { checkDomains } from "../../src/fleet/check.js";
import type { Diagnostic } from "../../src/domain/model.js";
import { checkSpfOnline } from "../../src/fleet/online-spf.js";
import type { Files, RuleExample } from "../domain/rule-examples.js";
import { resolveFrom } from "../records/spf/table-dns.js";
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

const SES = { "amazonses.com TXT": ["v=spf1 ip4:199.255.192.0/22 -all"] };

async function check(files: Files, dns: RuleExample["dns"]): Promise<readonly Diagnostic[]> {
  const checked = checkDomains(sources(files), options);
  if (dns === undefined) return checked.diagnostics;
  return (await checkSpfOnline(checked, resolveFrom({ ...SES, ...dns }))).diagnostics;
}

describe.each(FLEET_RULE_EXAMPLES)("$rule", ({ rule, bad, at, good, dns }) => {
  it("is reported once, at the place of the mistake", async () => {
    const diagnostics = await check(bad, dns);
    expect(diagnostics.map(brief)).toEqual([`${at} ${rule}`]);
    expect(diagnostics[0]!.severity).toBe(RULES[rule].severity);
  });

  it("is content with the corrected files", async () => {
    expect(await check(good, dns)).toEqual([]);
  });

  it.skipIf(dns === undefined)("is not known offline", async () => {
    expect(await check(bad, undefined)).toEqual([]);
  });
});

it("has an example for each rule that a short file can break", () => {
  const examples = FLEET_RULE_EXAMPLES.map(({ rule }) => rule);
  expect([...examples, ...TESTED_ELSEWHERE].sort()).toEqual(Object.keys(fleetRules).sort());
});
