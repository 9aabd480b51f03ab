import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { domainId } from "../../src/stack/domain-id.js";
import { KINDS, recordsOf } from "../../src/kinds/index.js";
import { identity, parkedDomain, sendingDomain } from "../syntax/sample.js";
import { resourceNames } from "../../src/kinds/resource-names.js";

// State and import depend on these: a change here needs an alias in the program.
test.each([
  [resourceNames.domain("a.example"), "a.example"],
  [resourceNames.registration("a.example"), "a.example/registration"],
  [resourceNames.identity("a.example", "eu-west-1"), "a.example/eu-west-1/identity"],
  [resourceNames.mailFrom("a.example", "eu-west-1"), "a.example/eu-west-1/mail-from"],
  [resourceNames.feedback("a.example", "eu-west-1"), "a.example/eu-west-1/feedback"],
  [resourceNames.configurationSet("eu-west-1", "main"), "configuration-set/eu-west-1/main"],
  [
    resourceNames.eventDestination("eu-west-1", "main", "bounces"),
    "configuration-set/eu-west-1/main/bounces",
  ],
])("%s", (name, expected) => {
  expect(name).toBe(expected);
});

/** With every record that a domain can have beside those of `parked`. */
const sending = sendingDomain("a.example", {
  identities: [
    identity("a.example", { region: "eu-west-1" }),
    identity("a.example", {
      region: "us-east-1",
      mailFrom: { domain: "mail-us.a.example", onMxFailure: "useDefaultValue" },
      dkim: { selector: "s2026", privateKey: "dkimKey" },
    }),
  ],
  apexSpf: { terms: ["mx"], all: "fail" },
  tlsReports: ["tls@a.example"],
  mtaSts: { id: "1" },
  bimi: { logo: "https://a.example/logo.svg" },
  reportConsents: [{ host: "b.example", zone: "b.example" }],
});
const parked = parkedDomain("a.example");

test("the records of a domain that sends", () => {
  expect(recordsOf(sending).map(({ resource }) => resource)).toEqual([
    "a.example/s2026._domainkey.a.example/dkim",
    "a.example/eu-west-1/dkim-1",
    "a.example/eu-west-1/dkim-2",
    "a.example/eu-west-1/dkim-3",
    "a.example/mail.a.example/mx",
    "a.example/mail.a.example/spf",
    "a.example/mail-us.a.example/mx",
    "a.example/mail-us.a.example/spf",
    "a.example/spf",
    "a.example/dmarc",
    "a.example/tls-rpt",
    "a.example/mta-sts",
    "a.example/bimi",
    "a.example/b.example/report-consent",
  ]);
});

test("the records of a parked domain", () => {
  const records = recordsOf(parked);
  expect(records.map(({ resource }) => resource)).toEqual([
    "a.example/null-mx",
    "a.example/spf",
    "a.example/dmarc",
  ]);
});

test("the documentation names the records of a whole domain", () => {
  const text = readFileSync(new URL("../../docs/domain-file.md", import.meta.url), "utf8");
  const [, section] = /^## Resources\n(.*?)^## /ms.exec(text)!;
  const documented = [...section!.matchAll(/`(\/[^`]+)`/g)].map((match) => match[1]!);
  const whole = [sending, parked]
    .flatMap(recordsOf)
    .filter(({ kind, zone }) => KINDS[kind].scope === "domain" && zone === undefined);
  const names = new Set(whole.map(({ resource }) => resource.slice("a.example".length)));
  expect(documented.sort()).toEqual([...names].sort());
});

// Computed with Python: uuid.uuid5(uuid.UUID("5f0c2a6b-e3b9-4d0f-8a7d-2c1e94b6a35d"), name)
test.each([
  ["yourdomain.com", "73bb22f3-ee9d-58c6-ba8c-a62f1555aac9"],
  ["example.net", "11a5820c-2618-5cb1-bcd9-aef709a50fc1"],
])("the id of %s is a version 5 UUID of its name", (domain, id) => {
  expect(domainId(domain)).toBe(id);
});
