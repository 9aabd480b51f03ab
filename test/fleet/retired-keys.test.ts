import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OwnDkim } from "../../src/domain/sending-domain.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { comparePlans } from "../../src/fleet/compare-plans.js";
import { checkDates } from "../../src/fleet/dated.js";
import { resourcesOf } from "../../src/fleet/resources.js";
import { recordsOf } from "../../src/kinds/index.js";
import { SAMPLE_PUBLIC_KEY } from "../domain/rule-examples.js";
import { brief } from "../domain/support.js";
import { identity, sendingDomain } from "../syntax/sample.js";
import { sourceFiles } from "./files.js";

const NAME = "a.example";
const selector = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const own = (name: string): OwnDkim => ({ selector: name, privateKey: `key-${name}` });
const retiredKey = (name: string) => ({ selector: name, until: "2026-12-31", publicKey: "MIGf" });

it("a rotation that retires the old key deletes and replaces no resource", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(selector, { minLength: 2, maxLength: 5 }),
      fc.boolean(),
      ([now, was, ...older], toEasy) => {
        const earlier = older.map(retiredKey);
        const before = sendingDomain(NAME, {
          identities: [identity(NAME, { dkim: own(was!), retiredKeys: earlier })],
        });
        const after = sendingDomain(NAME, {
          identities: [
            identity(NAME, {
              ...(!toEasy && { dkim: own(now!) }),
              retiredKeys: [retiredKey(was!), ...earlier],
            }),
          ],
        });
        const kept = new Set(resourcesOf(after));
        expect(resourcesOf(before).filter((name) => !kept.has(name))).toEqual([]);
        const old = recordsOf(before).find(({ purpose }) => purpose === "DKIM")!;
        const { type, name, ttl } = old;
        expect(recordsOf(after).find(({ resource }) => resource === old.resource)).toMatchObject({
          type,
          name,
          ttl,
          value: "v=DKIM1; k=rsa; p=MIGf",
          purpose: "retired DKIM",
        });
        const [change] = comparePlans([before], [after]);
        // It is one record, which a plan doesn't show as gone.
        expect(change!.records.filter((record) => record.after === undefined)).toEqual([]);
        expect(change!.consequences.map(({ code }) => code)).not.toContain("dkim-key-withdrawn");
      },
    ),
    { numRuns: 50 },
  );
});

it("the withdrawal of a key names the lines that keep it", () => {
  const before = sendingDomain(NAME, { identities: [identity(NAME, { dkim: own("s2026") })] });
  const after = sendingDomain(NAME, { identities: [identity(NAME, { dkim: own("s2027") })] });
  const messages = comparePlans([before], [after])[0]!
    .consequences.map(({ message }) => message)
    .join("\n");
  expect(messages).toContain("`retired: [{ selector: s2026, until: YYYY-MM-DD, publicKey: … }]`");
  expect(messages).toContain("at least 5 days after the update");
  expect(messages).toContain("s2026._domainkey.a.example");
});

const entry = (name: string, key = SAMPLE_PUBLIC_KEY, until = "2026-12-31"): string =>
  `{ selector: ${name}, until: ${until}, publicKey: ${key} }`;
/** The same with another public exponent. */
const OTHER = SAMPLE_PUBLIC_KEY.replace(/AB$/, "AD");
const check = (lines: string) =>
  checkDomains(sourceFiles({ "yourdomain.com": `region: us-east-1\n${lines}\n` }), {});
const regional = (us: string, eu: string): string =>
  `regions:\n  us-east-1: ${us}\n  eu-west-1: { mailFrom: { subdomain: m2 }${eu} }`;

describe("retired selectors", () => {
  it.each<[string, string, string[]]>([
    ["once", `dkim: { retired: [${entry("s1")}, ${entry("s2")}] }`, []],
    [
      "twice, whatever the case",
      `dkim: { retired: [${entry("s1")}, ${entry("S1")}] }`,
      ["the selector `s1` is retired twice"],
    ],
    [
      "in use",
      `dkim: { bringYourOwn: { selector: S1, privateKey: k }, retired: [${entry("s1")}] }`,
      ["the selector `s1` is retired, but SES signs with it in us-east-1"],
    ],
  ])("%s", (_, lines, expected) => {
    expect(check(lines).diagnostics.map(({ message }) => message)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    [
      "in several Regions, with one key",
      regional(`{ dkim: { retired: [${entry("s1")}] } }`, `, dkim: { retired: [${entry("s1")}] }`),
      [],
    ],
    ["in all Regions", `dkim: { retired: [${entry("s1")}] }\n${regional("{}", "")}`, []],
    [
      "in several Regions, with two keys",
      regional(`{ dkim: { retired: [${entry("s1")}] } }`, `, dkim: { retired: [${entry("s1", OTHER)}] }`),
      ["the retired selector `s1` has another public key in us-east-1"],
    ],
    [
      "while another Region signs with it",
      regional(
        `{ dkim: { retired: [${entry("s1")}] } }`,
        ", dkim: { bringYourOwn: { selector: s1, privateKey: k } }",
      ),
      ["the selector `s1` is retired, but SES signs with it in eu-west-1"],
    ],
  ])("%s", (_, lines, expected) => {
    const { domains, diagnostics } = checkDomains(sourceFiles({ "yourdomain.com": lines }), {});
    expect(diagnostics.map(({ message }) => message)).toEqual(expected);
    if (expected.length > 0) return;
    const published = recordsOf(domains[0]!).filter(({ purpose }) => purpose === "retired DKIM");
    expect(published.map(({ resource }) => resource)).toEqual([
      "yourdomain.com/s1._domainkey.yourdomain.com/dkim",
    ]);
  });
});

describe("the date of a retired key", () => {
  const overdue = (lines: string, today: string) =>
    checkDates(check(lines), today).diagnostics.map((found) => `${found.severity} ${brief(found)}`);

  it.each([
    ["2026-12-30", []],
    ["2026-12-31", []],
    ["2027-01-01", ["warning yourdomain.com.yaml:3:42 dkim-retired-past"]],
  ])("is its last day: %s", (today, expected) => {
    expect(overdue(`dkim: { retired: [${entry("s1")}] }`, today)).toEqual(expected);
  });

  it("is the later one where Regions disagree", () => {
    const { domains, ...rest } = checkDomains(
      sourceFiles({
        "yourdomain.com": regional(
          `{ dkim: { retired: [${entry("s1")}] } }`,
          `, dkim: { retired: [${entry("s1", SAMPLE_PUBLIC_KEY, "2027-01-31")}] }`,
        ),
      }),
      {},
    );
    const on = (today: string) => checkDates({ domains, ...rest }, today).diagnostics.map(({ rule }) => rule);
    expect([on("2027-01-31"), on("2027-02-01")]).toEqual([[], ["dkim-retired-past"]]);
  });
});
