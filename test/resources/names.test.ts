import { expect, test } from "vitest";
import { domainId } from "../../src/resources/domain-id.js";
import { resourceNames } from "../../src/records/resource-names.js";

// State and import depend on these: a change here needs an alias in the program.
test.each([
  [resourceNames.domain("a.example"), "a.example"],
  [resourceNames.registration("a.example"), "a.example/registration"],
  [resourceNames.identity("a.example", "eu-west-1"), "a.example/eu-west-1/identity"],
  [resourceNames.mailFrom("a.example", "eu-west-1"), "a.example/eu-west-1/mail-from"],
  [resourceNames.feedback("a.example", "eu-west-1"), "a.example/eu-west-1/feedback"],
  [resourceNames.dkim("a.example", "eu-west-1", 3), "a.example/eu-west-1/dkim-3"],
  [resourceNames.dkimKey("a.example", "s2026"), "a.example/s2026._domainkey.a.example/dkim"],
  [resourceNames.mailFromMx("a.example", "mail.a.example"), "a.example/mail.a.example/mx"],
  [resourceNames.mailFromSpf("a.example", "mail.a.example"), "a.example/mail.a.example/spf"],
  [resourceNames.apex("a.example", "dmarc"), "a.example/dmarc"],
  [resourceNames.apex("a.example", "spf"), "a.example/spf"],
  [resourceNames.apex("a.example", "null-mx"), "a.example/null-mx"],
  [resourceNames.apex("a.example", "tls-rpt"), "a.example/tls-rpt"],
  [resourceNames.apex("a.example", "mta-sts"), "a.example/mta-sts"],
  [resourceNames.apex("a.example", "bimi"), "a.example/bimi"],
  [resourceNames.reportConsent("a.example", "b.example"), "a.example/b.example/report-consent"],
  [resourceNames.configurationSet("eu-west-1", "main"), "configuration-set/eu-west-1/main"],
  [
    resourceNames.eventDestination("eu-west-1", "main", "bounces"),
    "configuration-set/eu-west-1/main/bounces",
  ],
])("%s", (name, expected) => {
  expect(name).toBe(expected);
});

// Computed with Python: uuid.uuid5(uuid.UUID("5f0c2a6b-e3b9-4d0f-8a7d-2c1e94b6a35d"), name)
test.each([
  ["yourdomain.com", "73bb22f3-ee9d-58c6-ba8c-a62f1555aac9"],
  ["example.net", "11a5820c-2618-5cb1-bcd9-aef709a50fc1"],
])("the id of %s is a version 5 UUID of its name", (domain, id) => {
  expect(domainId(domain)).toBe(id);
});
