import { expect, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { knownBefore } from "../../src/stack/previous.js";

const fleetOf = (yaml: string) => {
  const path = "domains/example.com.yaml";
  const { domains } = checkDomains([{ path, bytes: new TextEncoder().encode(yaml) }], {});
  expect(domains).toHaveLength(1);
  return domains;
};
const minimal = "domain: example.com\nregion: us-east-1\n";
const noKeys = new Map();
const verification = {
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  checkedAt: "2026-06-18T10:00:00Z",
  reason: "",
} as const;
const before = {
  status: "Verified" as const,
  region: "us-east-1",
  customMailFromDomain: "mail.example.com",
  verification,
  dnsRecords: [{ purpose: "DKIM", value: "abc.dkim.amazonses.com" }],
};

test("what was settled is known by Region and domain", () => {
  const known = knownBefore(fleetOf(minimal), { "example.com": before }, noKeys);
  expect([...known]).toEqual([["us-east-1/example.com", { status: "Verified", verification }]]);
});

test("what was not settled is known as pending", () => {
  const waiting = { ...verification, mailFrom: "PENDING" } as const;
  const pending = { ...before, status: "Pending" as const, verification: waiting };
  const known = knownBefore(fleetOf(minimal), { "example.com": pending }, noKeys);
  expect(known.get("us-east-1/example.com")?.status).toBe("Pending");
});

test.each([
  ["a new domain", minimal, {}],
  ["another MAIL FROM name", `${minimal}mailFrom: { subdomain: bounce }\n`, { "example.com": before }],
  ["another Region", "domain: example.com\nregion: eu-west-1\n", { "example.com": before }],
  ["another DKIM target", `${minimal}dkim: { hostedZone: dkim.example.net }\n`, { "example.com": before }],
  ["outputs of another shape", minimal, { "example.com": {} }],
])("%s has to be asked for", (_, yaml, domains) => {
  expect(knownBefore(fleetOf(yaml), domains, noKeys).size).toBe(0);
});

test("of several Regions, each stands for itself", () => {
  const yaml =
    "domain: example.com\nregions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }\n";
  const regions = {
    "us-east-1": { status: "Verified" as const, customMailFromDomain: "mail.example.com", verification },
    "eu-west-1": {
      status: "Pending" as const,
      customMailFromDomain: "mail-eu.example.com",
      verification: { ...verification, dkim: "PENDING" } as const,
    },
  };
  const known = knownBefore(fleetOf(yaml), { "example.com": { ...before, regions } }, noKeys);
  expect([...known].map(([key, { status }]) => [key, status])).toEqual([
    ["us-east-1/example.com", "Verified"],
    ["eu-west-1/example.com", "Pending"],
  ]);
});

test("a key of one's own is known as long as its record says the same", () => {
  const yaml = `${minimal}dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }\n`;
  const own = (publicKey: string) => ({
    ...before,
    dnsRecords: [
      { purpose: "DKIM", name: "s2026._domainkey.example.com", value: `v=DKIM1; k=rsa; p=${publicKey}` },
    ],
  });
  const keys = new Map([["dkimKey", { privateKey: "secret", publicKey: "MIIBnew" }]]);
  expect(knownBefore(fleetOf(yaml), { "example.com": own("MIIBnew") }, keys).size).toBe(1);
  expect(knownBefore(fleetOf(yaml), { "example.com": own("MIIBold") }, keys).size).toBe(0);
  expect(knownBefore(fleetOf(yaml), { "example.com": before }, keys).size).toBe(0);
});
