import { expect, test } from "vitest";
import { comparePlans } from "../../src/fleet/compare-plans.js";
import { resourcesOf } from "../../src/fleet/resources.js";
import { kindOfResource, recordsOf } from "../../src/kinds/index.js";
import { identity, parkedDomain, sendingDomain } from "../syntax/sample.js";

const NAME = "a.example";

test("the resources of a domain that has everything", () => {
  const domain = sendingDomain(NAME, {
    identities: [
      identity(NAME, { feedbackForwarding: false }),
      identity(NAME, {
        region: "eu-west-1",
        dkim: { selector: "s2026", privateKey: "dkimKey" },
        mailFrom: { domain: "mail-eu.a.example", onMxFailure: "useDefaultValue" },
      }),
    ],
    apexSpf: { terms: ["mx"], all: "softfail" },
    tlsReports: ["tls@a.example"],
    mtaSts: { id: "1" },
    bimi: { logo: "https://a.example/logo.svg" },
    reportConsents: [{ host: "b.example", zone: "b.example" }],
  });
  // Every record is recognized by the name of its resource alone, and nothing else is taken for one.
  const records = new Map(recordsOf(domain).map(({ resource, kind }) => [resource, kind]));
  for (const resource of resourcesOf(domain)) {
    expect([resource, kindOfResource(NAME, resource)]).toEqual([resource, records.get(resource)]);
  }
  expect(resourcesOf(domain).sort()).toEqual(
    [
      "a.example",
      ...["bimi", "dmarc", "mta-sts", "registration", "spf", "tls-rpt"].map((role) => `a.example/${role}`),
      "a.example/b.example/report-consent",
      "a.example/eu-west-1/identity",
      "a.example/eu-west-1/mail-from",
      "a.example/mail-eu.a.example/mx",
      "a.example/mail-eu.a.example/spf",
      "a.example/mail.a.example/mx",
      "a.example/mail.a.example/spf",
      "a.example/s2026._domainkey.a.example/dkim",
      ...["dkim-1", "dkim-2", "dkim-3", "feedback", "identity", "mail-from"].map(
        (role) => `a.example/us-east-1/${role}`,
      ),
    ].sort(),
  );
  // What lies in the zone of somebody else is published whoever publishes the rest.
  expect(
    resourcesOf({ ...domain, dns: "manual" }).filter((name) => !/identity|mail-from|feedback/.test(name)),
  ).toEqual(["a.example", "a.example/registration", "a.example/b.example/report-consent"]);
});

test.each([
  ["moves to another Region", { identities: [identity(NAME, { region: "eu-west-1" })] }, true],
  [
    "gets another MAIL FROM name",
    { identities: [identity(NAME, { mailFrom: { domain: "b.a.example", onMxFailure: "useDefaultValue" } })] },
    true,
  ],
  [
    "brings its own DKIM key",
    { identities: [identity(NAME, { dkim: { selector: "s1", privateKey: "k" } })] },
    true,
  ],
  ["loses a record", { dmarc: "unmanaged" as const }, true],
  ["moves to another zone", { zone: { name: "example" } }, true],
  ["is parked", parkedDomain(NAME), true],
  [
    "moves to another Region and is unprotected at once",
    { protect: false, dmarc: "unmanaged" as const },
    true,
  ],
  [
    "gets a stronger DKIM key",
    { identities: [identity(NAME, { dkim: { keyLength: 1024 as const } })] },
    false,
  ],
  ["gets another TTL", { ttl: 600 }, false],
])("that a protected domain %s is said to be refused: %#", (_, change, refused) => {
  const before = sendingDomain(NAME, { protect: true });
  const after = "parked" in change ? change : sendingDomain(NAME, { protect: true, ...change });
  const [found] = comparePlans([before], [after]);
  const consequence = found!.consequences.find(({ code }) => code === "protected");
  expect(consequence !== undefined).toBe(refused);
  if (refused)
    expect(consequence!.message).toMatch(
      /^`pulumi up` refuses this change: .*`protect: false`, then this one/,
    );
});
