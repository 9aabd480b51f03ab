import { expect, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { retiredKeyProblems } from "../../src/stack/retired-keys.js";
import { SAMPLE_PUBLIC_KEY } from "../domain/rule-examples.js";
import { sourceFiles } from "../fleet/files.js";

const { domains: fleet } = checkDomains(
  sourceFiles({
    "example.com":
      "region: us-east-1\ndkim:\n  bringYourOwn: { selector: s2027, privateKey: next }\n" +
      `  retired: [{ selector: s2026, until: 2026-12-31, publicKey: ${SAMPLE_PUBLIC_KEY} }]\n`,
  }),
  {},
);
const published = (purpose: string, key: string) => ({
  "example.com": {
    dnsRecords: [{ purpose, name: "s2026._domainkey.example.com", value: `v=DKIM1; k=rsa; p=${key}` }],
  },
});

test.each([
  ["nothing is known", {}],
  ["it is the published key", published("DKIM", SAMPLE_PUBLIC_KEY)],
  ["a wrong one, retired before, is corrected", published("retired DKIM", "MIGe")],
])("a retired key is taken if %s", (_, before) => {
  expect(fleet).toHaveLength(1);
  expect(retiredKeyProblems(fleet, before)).toEqual([]);
});

test("another key than the published one is refused, with the line to write", () => {
  const problems = retiredKeyProblems(fleet, published("DKIM", "MIGe"));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("example.com.yaml:5:");
  expect(problems[0]).toContain("is not the key that is published for the selector s2026");
  expect(problems[0]).toContain("write `publicKey: MIGe`");
});
