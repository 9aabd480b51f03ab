import { describe, expect, it } from "vitest";
import { RULES } from "../../src/rules/catalogue/rules.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { checkDates } from "../../src/fleet/dated.js";
import type { Diagnostic } from "../../src/file/diagnostic.js";
import { checkSpfOnline } from "../../src/fleet/online-spf.js";
import type { Files, RuleExample } from "../domain/rule-examples.js";
import { resolveFrom } from "../syntax/spf/table-dns.js";
import { brief, sources } from "../domain/support.js";
import { FLEET_RULE_EXAMPLES } from "./rule-examples.js";

const options = { defaultRegion: "us-east-1" };

const SES = { "amazonses.com TXT": ["v=spf1 ip4:199.255.192.0/22 -all"] };

async function check(
  files: Files,
  { dns, today }: Pick<RuleExample, "dns" | "today">,
): Promise<readonly Diagnostic[]> {
  const offline = checkDomains(sources(files), options);
  const checked = today === undefined ? offline : checkDates(offline, today);
  if (dns === undefined) return checked.diagnostics;
  return (await checkSpfOnline(checked, resolveFrom({ ...SES, ...dns }))).diagnostics;
}

// Thousands of files take their time on a busy machine.
describe.each(FLEET_RULE_EXAMPLES)("$rule", { timeout: 120_000 }, ({ rule, bad, at, good, ...known }) => {
  it("is reported once, at the place of the mistake", async () => {
    const diagnostics = await check(bad, known);
    expect(diagnostics.map(brief)).toEqual([`${at} ${rule}`]);
    expect(diagnostics[0]!.severity).toBe(RULES[rule].severity);
  });

  it("is content with the corrected files", async () => {
    expect(await check(good, known)).toEqual([]);
  });
});

describe("validate without --online", () => {
  it.each(FLEET_RULE_EXAMPLES.filter(({ dns }) => dns !== undefined))(
    "does not know $rule",
    async ({ bad }) => {
      expect(await check(bad, {})).toEqual([]);
    },
  );
});

describe("a check that knows no date", () => {
  it.each(FLEET_RULE_EXAMPLES.filter(({ today }) => today !== undefined))(
    "does not know $rule",
    async ({ rule, bad }) => {
      expect(await check(bad, {})).toEqual([]);
      expect(RULES[rule].severity).toBe("warning");
    },
  );
});
