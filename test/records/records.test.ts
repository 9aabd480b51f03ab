import { describe, expect, test } from "vitest";
import {
  DKIM_TOKEN_PLACEHOLDERS,
  dkimRecord,
  domainRecords,
  ownKeyRecord,
} from "../../src/records/records.js";
import { identity, sendingDomain } from "./sample.js";

describe("records of the minimal file", () => {
  const domain = sendingDomain("yourdomain.com");

  test("are those of the API's documentation, and DMARC", () => {
    const dkim = ["{token1}", "{token2}", "{token3}"].map((token) => ({
      type: "CNAME",
      name: `${token}._domainkey.yourdomain.com`,
      value: `${token}.dkim.amazonses.com`,
      ttl: 1800,
      purpose: "DKIM",
      region: "us-east-1",
    }));
    expect(domainRecords(domain)).toEqual([
      ...dkim,
      {
        type: "MX",
        name: "mail.yourdomain.com",
        value: "10 feedback-smtp.us-east-1.amazonses.com",
        ttl: 1800,
        priority: 10,
        purpose: "MAIL FROM",
        region: "us-east-1",
      },
      {
        type: "TXT",
        name: "mail.yourdomain.com",
        value: "v=spf1 include:amazonses.com ~all",
        ttl: 1800,
        purpose: "SPF",
        region: "us-east-1",
      },
      {
        type: "TXT",
        name: "_dmarc.yourdomain.com",
        value: "v=DMARC1; p=none; rua=mailto:dmarc@yourdomain.com",
        ttl: 1800,
        purpose: "DMARC",
      },
    ]);
  });

  test("hold the token that SES chose, when it is known", () => {
    expect(dkimRecord(domain, domain.identities[0]!, "abc123")).toMatchObject({
      name: "abc123._domainkey.yourdomain.com",
      value: "abc123.dkim.amazonses.com",
    });
  });

  test("follow the API's hosted zone before the file's and the Region's", () => {
    const cape = identity("yourdomain.com", { region: "af-south-1" });
    const fixed = identity("yourdomain.com", {
      region: "af-south-1",
      dkim: { keyLength: 2048, hostedZone: "dkim.example" },
    });
    expect(dkimRecord(domain, cape, "abc").value).toBe("abc.dkim.af-south-1.amazonses.com");
    expect(dkimRecord(domain, fixed, "abc").value).toBe("abc.dkim.example");
    expect(dkimRecord(domain, fixed, "abc", "cell.example").value).toBe("abc.cell.example");
  });
});

test("several Regions: each has its DKIM, MX and SPF, DMARC comes once and last", () => {
  const regions = ["eu-west-1", "us-east-1"];
  const records = domainRecords(
    sendingDomain("a.example", {
      ttl: 300,
      identities: regions.map((region) =>
        identity("a.example", {
          region,
          mailFrom: { domain: `${region}.a.example`, onMxFailure: "useDefaultValue" },
        }),
      ),
    }),
  );
  expect(records.map((r) => `${r.purpose}/${r.region ?? "-"}`)).toEqual([
    ...regions.flatMap((region) => ["DKIM", "DKIM", "DKIM", "MAIL FROM", "SPF"].map((p) => `${p}/${region}`)),
    "DMARC/-",
  ]);
  expect(records.filter((r) => r.type === "MX").map((r) => `${r.name} ${r.value}`)).toEqual([
    "eu-west-1.a.example 10 feedback-smtp.eu-west-1.amazonses.com",
    "us-east-1.a.example 10 feedback-smtp.us-east-1.amazonses.com",
  ]);
  expect(new Set(records.map((r) => r.ttl))).toEqual(new Set([300]));
});

test("DMARC that another system owns is not ours to publish", () => {
  const domain = sendingDomain("a.example", { dmarc: "unmanaged" });
  expect(domainRecords(domain).filter(({ purpose }) => purpose === "DMARC")).toEqual([]);
  expect(domainRecords(domain).map((r) => r.purpose)).not.toContain("DMARC");
});

test("an Easy DKIM identity has three tokens", () => {
  expect(DKIM_TOKEN_PLACEHOLDERS).toEqual(["{token1}", "{token2}", "{token3}"]);
});

describe("records of a key of one's own", () => {
  const dkim = { selector: "s2026", privateKey: "dkimKey" };
  const name = "s2026._domainkey.yourdomain.com";

  test("are one TXT in place of the three CNAMEs, with the public key where it is known", () => {
    const domain = sendingDomain("yourdomain.com", { identities: [identity("yourdomain.com", { dkim })] });
    const record = {
      type: "TXT",
      name,
      value: "v=DKIM1; k=rsa; p={public key}",
      ttl: 1800,
      purpose: "DKIM",
    };
    expect(domainRecords(domain).filter(({ purpose }) => purpose === "DKIM")).toEqual([record]);
    expect(ownKeyRecord(domain, dkim, "MIIB")).toEqual({ ...record, value: "v=DKIM1; k=rsa; p=MIIB" });
  });

  test("are shared by the Regions that sign with it", () => {
    const domain = sendingDomain("yourdomain.com", {
      identities: [
        identity("yourdomain.com", { dkim }),
        identity("yourdomain.com", { region: "eu-west-1", dkim }),
        identity("yourdomain.com", { region: "eu-west-2" }),
      ],
    });
    const records = domainRecords(domain).filter(({ purpose }) => purpose === "DKIM");
    expect(records.map(({ type, region }) => `${type} ${region}`)).toEqual([
      "TXT undefined",
      "CNAME eu-west-2",
      "CNAME eu-west-2",
      "CNAME eu-west-2",
    ]);
  });
});
