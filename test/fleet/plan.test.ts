import { expect, test } from "vitest";
import { planDomains } from "../../src/fleet/plan.js";
import { identity, sendingDomain } from "../syntax/sample.js";

test("the records of each domain in the shape of `plan --json`", () => {
  const plan = planDomains([sendingDomain("yourdomain.com", { dmarc: "unmanaged" })]);
  expect(plan).toEqual({
    domains: [
      {
        domain: "yourdomain.com",
        region: "us-east-1",
        zone: "yourdomain.com",
        records: [
          ...["{token1}", "{token2}", "{token3}"].map((token) => ({
            type: "CNAME",
            name: `${token}._domainkey.yourdomain.com`,
            value: `${token}.dkim.amazonses.com`,
            ttl: 1800,
            purpose: "DKIM",
          })),
          {
            type: "MX",
            name: "mail.yourdomain.com",
            value: "10 feedback-smtp.us-east-1.amazonses.com",
            ttl: 1800,
            priority: 10,
            purpose: "MAIL FROM",
          },
          {
            type: "TXT",
            name: "mail.yourdomain.com",
            value: "v=spf1 include:amazonses.com ~all",
            ttl: 1800,
            purpose: "SPF",
          },
        ],
      },
    ],
  });
});

test("a zone by id, and Regions only where there are several", () => {
  const regions = ["eu-west-1", "us-east-1"];
  const { domains } = planDomains([
    sendingDomain("a.example", {
      zone: { id: "0".repeat(32) },
      identities: regions.map((region) => identity("a.example", { region })),
    }),
  ]);
  expect(domains[0]).toMatchObject({ region: "eu-west-1", zone: "0".repeat(32) });
  expect(new Set(domains[0]!.records.map((record) => record.region))).toEqual(
    new Set([...regions, undefined]),
  );
});
