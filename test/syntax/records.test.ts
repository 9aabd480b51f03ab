import { describe, expect, test } from "vitest";
import { recordsOf } from "../../src/kinds/index.js";
import { DKIM_TOKEN_PLACEHOLDERS, fillRecord } from "../../src/kinds/dkim.js";
import { planRecord } from "../../src/fleet/plan.js";
import type { RegionalIdentity } from "../../src/domain/sending-domain.js";
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
    expect(recordsOf(domain).map(planRecord)).toEqual([
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
    const [first] = recordsOf(domain);
    expect(fillRecord(first!, { tokens: ["abc123"] })).toMatchObject({
      name: "abc123._domainkey.yourdomain.com",
      value: "abc123.dkim.amazonses.com",
    });
    expect(fillRecord(first!, { tokens: [] })).toBeUndefined();
  });

  test("follow the file's hosted zone before the Region's", () => {
    const first = (dkim: Partial<RegionalIdentity>): string => {
      const cape = identity("yourdomain.com", { region: "af-south-1", ...dkim });
      return recordsOf(sendingDomain("yourdomain.com", { identities: [cape] }))[0]!.value;
    };
    expect(first({})).toBe("{token1}.dkim.af-south-1.amazonses.com");
    expect(first({ dkim: { keyLength: 2048, hostedZone: "dkim.example" } })).toBe("{token1}.dkim.example");
  });
});

test("several Regions: each has its DKIM, MX and SPF, DMARC comes once and last", () => {
  const regions = ["eu-west-1", "us-east-1"];
  const records = recordsOf(
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
  expect(recordsOf(domain).filter(({ purpose }) => purpose === "DMARC")).toEqual([]);
  expect(recordsOf(domain).map((r) => r.purpose)).not.toContain("DMARC");
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
    const own = recordsOf(domain).filter(({ purpose }) => purpose === "DKIM");
    expect(own.map(planRecord)).toEqual([record]);
    expect(fillRecord(own[0]!, { publicKey: "MIIB" })?.value).toBe("v=DKIM1; k=rsa; p=MIIB");
  });

  test("are shared by the Regions that sign with it", () => {
    const domain = sendingDomain("yourdomain.com", {
      identities: [
        identity("yourdomain.com", { dkim }),
        identity("yourdomain.com", { region: "eu-west-1", dkim }),
        identity("yourdomain.com", { region: "eu-west-2" }),
      ],
    });
    const records = recordsOf(domain).filter(({ purpose }) => purpose === "DKIM");
    expect(records.map(({ type, region }) => `${type} ${region}`)).toEqual([
      "TXT undefined",
      "CNAME eu-west-2",
      "CNAME eu-west-2",
      "CNAME eu-west-2",
    ]);
  });
});
