import { describe, expect, it } from "vitest";
import { expectationOf, identitiesOf, unpublishedTokens } from "../../src/status/identities.js";
import type { Reading } from "../../src/status/ses-reading.js";
import { checkedAt, stackDomain } from "./sample.js";

const found: Extract<Reading, { kind: "found" }> = {
  kind: "found",
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  signingOrigin: "AWS_SES",
  tokens: ["aaa", "bbb", "ccc"],
  checkedAt,
};

const one = stackDomain("yourdomain.com");
const verdict = { status: "Pending", verification: one.verification } as const;
/** The same domain with an identity in a second Region, whose keys stand in another zone. */
const two = stackDomain("yourdomain.com", {
  // A stack lists them by name; the domain's own `region` is the first one of its file.
  regions: {
    "eu-south-1": { ...verdict, customMailFromDomain: "mail-eu.yourdomain.com" },
    "us-east-1": { ...verdict, customMailFromDomain: "mail.yourdomain.com" },
  },
  dnsRecords: [
    ...one.dnsRecords,
    {
      type: "CNAME",
      name: "ddd._domainkey.yourdomain.com",
      value: "ddd.dkim.eu-south-1.amazonses.com",
      ttl: 1800,
      purpose: "DKIM",
    },
    {
      type: "MX",
      name: "mail-eu.yourdomain.com",
      value: "10 feedback-smtp.eu-south-1.amazonses.com",
      ttl: 1800,
      purpose: "MAIL FROM",
    },
  ],
});

describe("identitiesOf", () => {
  it("finds the one, and those of several Regions", () => {
    const here = { region: "us-east-1", mailFromDomain: "mail.yourdomain.com" };
    expect(identitiesOf(one)).toMatchObject([{ ...here, before: { status: one.status } }]);
    expect(identitiesOf(two)).toMatchObject([
      { ...here, before: verdict },
      { region: "eu-south-1", mailFromDomain: "mail-eu.yourdomain.com", before: verdict },
    ]);
    expect(identitiesOf({ ...one, dnsRecords: [] })).toMatchObject([here]);
  });

  it("takes a Region's word for its MAIL FROM domain, whatever host its MX names", () => {
    const dnsRecords = two.dnsRecords.map((record) => ({ ...record, value: "10 mx.example.net" }));
    expect(identitiesOf({ ...two, dnsRecords })).toEqual(identitiesOf(two));
  });

  it("finds none of a parked domain", () => {
    const { region, customMailFromDomain, ...parked } = one;
    expect([region, customMailFromDomain]).not.toContain(undefined);
    expect(identitiesOf(parked)).toEqual([]);
  });
});

describe("expectationOf", () => {
  const [here, there] = identitiesOf(two);

  it("takes the zone from the record of SES's own token", () => {
    expect(expectationOf(two, here!, found).dkim).toEqual({ hostedZone: "dkim.amazonses.com" });
    expect(expectationOf(two, there!, { ...found, tokens: ["ddd"] }).dkim).toEqual({
      hostedZone: "dkim.eu-south-1.amazonses.com",
    });
  });

  it("takes the one zone that there is where SES tells no tokens, else the Region's", () => {
    const silent: Reading = { kind: "absent", checkedAt };
    const elsewhere = {
      ...one,
      dnsRecords: one.dnsRecords.map((record) => ({
        ...record,
        value: record.value.replace("dkim.amazonses", "cell2.dkim.amazonses"),
      })),
    };
    expect(expectationOf(elsewhere, here!, silent).dkim).toEqual({ hostedZone: "cell2.dkim.amazonses.com" });
    expect(expectationOf(two, here!, silent).dkim).toEqual({ hostedZone: "dkim.amazonses.com" });
  });
});

describe("expectationOf a domain with a key of its own", () => {
  const key = {
    type: "TXT",
    name: "s2026._domainkey.yourdomain.com",
    value: "v=DKIM1; k=rsa; p=MIIB",
    ttl: 1800,
    purpose: "DKIM",
  } as const;
  const own = { ...one, dnsRecords: [key, ...one.dnsRecords.filter(({ purpose }) => purpose !== "DKIM")] };
  const mixed = { ...two, dnsRecords: [key, ...two.dnsRecords] };
  const [here, there] = identitiesOf(mixed);

  it("takes the selector of the one record", () => {
    expect(expectationOf(own, here!, { kind: "absent", checkedAt }).dkim).toEqual({ selector: "s2026" });
    expect(expectationOf(own, here!, found).dkim).toEqual({ selector: "s2026" });
    expect(unpublishedTokens(own, found)).toEqual([]);
  });

  it("takes SES's word for which of several Regions has it", () => {
    const external: Reading = { ...found, signingOrigin: "EXTERNAL", tokens: ["s2026"] };
    expect(expectationOf(mixed, there!, external).dkim).toEqual({ selector: "s2026" });
    expect(expectationOf(mixed, here!, found).dkim).toEqual({ hostedZone: "dkim.amazonses.com" });
  });
});

it("finds the tokens that nobody published", () => {
  expect(unpublishedTokens(one, found)).toEqual([]);
  expect(unpublishedTokens(one, { ...found, tokens: ["aaa", "zzz"] })).toEqual(["zzz"]);
  expect(unpublishedTokens(one, { ...found, signingOrigin: "EXTERNAL", tokens: ["selector"] })).toEqual([]);
});
