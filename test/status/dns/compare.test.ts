import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRecord } from "../../../src/status/dns/compare.js";
import type { DnsRecord, DnsReply, ExpectedRecord, RecordCheck } from "../../../src/status/dns/dns-types.js";

const cname: ExpectedRecord = {
  type: "CNAME",
  name: "abc123._domainkey.yourdomain.com",
  value: "abc123.dkim.amazonses.com",
  purpose: "DKIM",
};
const mx: ExpectedRecord = {
  type: "MX",
  name: "mail.yourdomain.com",
  value: "10 feedback-smtp.us-east-1.amazonses.com",
  purpose: "MAIL FROM",
};
const spf: ExpectedRecord = {
  type: "TXT",
  name: "mail.yourdomain.com",
  value: "v=spf1 include:amazonses.com ~all",
  purpose: "SPF",
};
const dmarc: ExpectedRecord = {
  type: "TXT",
  name: "_dmarc.yourdomain.com",
  value: "v=DMARC1; p=none; rua=mailto:dmarc@yourdomain.com",
  purpose: "DMARC",
};

const at = ({ name }: ExpectedRecord, type: string, value: string): DnsRecord => ({ name, type, value });
const answer = (...answers: DnsRecord[]): DnsReply => ({
  kind: "answer",
  rcode: "NOERROR",
  answers,
  authorities: [],
});
const nxdomain: DnsReply = { kind: "answer", rcode: "NXDOMAIN", answers: [], authorities: [] };

const key: ExpectedRecord = {
  type: "TXT",
  name: "s2026._domainkey.yourdomain.com",
  value: "v=DKIM1; k=rsa; p=MIIBIjANBgkq",
  purpose: "DKIM",
};

describe("compareRecord of a DKIM key", () => {
  it.each<[string, DnsReply, RecordCheck]>([
    ["the key", answer(at(key, "TXT", key.value)), { state: "ok" }],
    ["nothing", nxdomain, { state: "missing" }],
    ["a record of another kind", answer(at(key, "TXT", "verification=1")), { state: "missing" }],
    [
      "another key, without the optional tags",
      answer(at(key, "TXT", "p=MIIBother")),
      { state: "wrong", found: ["p=MIIBother"] },
    ],
    [
      "two keys, for which RFC 6376 leaves the outcome open",
      answer(at(key, "TXT", key.value), at(key, "TXT", "v=DKIM1; p=")),
      {
        state: "wrong",
        found: [key.value, "v=DKIM1; p="],
        reason: "receivers ignore DKIM if a name has more than one such record (RFC 6376 §3.6.2.2)",
      },
    ],
  ])("%s", (_, reply, expected) => {
    expect(compareRecord(key, { reply })).toEqual(expected);
  });
});

describe("compareRecord", () => {
  it.each<[string, ExpectedRecord, DnsReply, RecordCheck]>([
    ["the CNAME", cname, answer(at(cname, "CNAME", cname.value)), { state: "ok" }],
    [
      "a CNAME by way of another",
      cname,
      answer(at(cname, "CNAME", "dkim1.hosting.example"), {
        name: "dkim1.hosting.example",
        type: "CNAME",
        value: cname.value,
      }),
      { state: "ok" },
    ],
    [
      "a CNAME to elsewhere",
      cname,
      answer(at(cname, "CNAME", "abc123.dkim.other.com")),
      {
        state: "wrong",
        found: ["abc123.dkim.other.com"],
        reason: "the CNAME points to abc123.dkim.other.com",
      },
    ],
    [
      "CNAMEs in a circle",
      cname,
      answer(at(cname, "CNAME", "b.example"), { name: "b.example", type: "CNAME", value: cname.name }),
      { state: "wrong", found: ["b.example"], reason: "the CNAME points to b.example" },
    ],
    ["no name", cname, nxdomain, { state: "missing" }],
    ["no MX", mx, answer(), { state: "missing" }],
    ["the MX", mx, answer(at(mx, "MX", mx.value)), { state: "ok" }],
    [
      "another preference",
      mx,
      answer(at(mx, "MX", "20 feedback-smtp.us-east-1.amazonses.com")),
      { state: "wrong", found: ["20 feedback-smtp.us-east-1.amazonses.com"] },
    ],
    [
      "a second MX",
      mx,
      answer(at(mx, "MX", mx.value), at(mx, "MX", "20 mx.other.com")),
      {
        state: "wrong",
        found: [mx.value, "20 mx.other.com"],
        reason: "SES requires exactly one MX record at a MAIL FROM domain; delete 20 mx.other.com",
      },
    ],
    ["the SPF", spf, answer(at(spf, "TXT", spf.value)), { state: "ok" }],
    [
      "the SPF beside other text",
      spf,
      answer(at(spf, "TXT", "site-verification=1"), at(spf, "TXT", spf.value)),
      { state: "ok" },
    ],
    ["other text alone", spf, answer(at(spf, "TXT", "v=spf10 -all")), { state: "missing" }],
    ["another SPF", spf, answer(at(spf, "TXT", "v=spf1 -all")), { state: "wrong", found: ["v=spf1 -all"] }],
    [
      "a second SPF",
      spf,
      answer(at(spf, "TXT", spf.value), at(spf, "TXT", "v=spf1 -all")),
      {
        state: "wrong",
        found: [spf.value, "v=spf1 -all"],
        reason: "receivers ignore SPF if a name has more than one such record (RFC 7208 §4.5)",
      },
    ],
    [
      "SPF by way of a CNAME",
      spf,
      answer(at(spf, "CNAME", "spf.example"), { name: "spf.example", type: "TXT", value: spf.value }),
      { state: "ok" },
    ],
    [
      "a second DMARC",
      dmarc,
      answer(at(dmarc, "TXT", dmarc.value), at(dmarc, "TXT", "v=DMARC1; p=reject")),
      {
        state: "wrong",
        found: [dmarc.value, "v=DMARC1; p=reject"],
        reason: "receivers ignore DMARC if a name has more than one such record (RFC 9989)",
      },
    ],
    [
      "no answer",
      spf,
      { kind: "failed", reason: "answered SERVFAIL" },
      { state: "unknown", reason: "answered SERVFAIL" },
    ],
  ])("%s", (_, expected, reply, check) => {
    expect(compareRecord(expected, { reply })).toEqual(check);
  });

  it("recognises a proxied or flattened CNAME by the addresses in its place", () => {
    const check = compareRecord(cname, { reply: answer(), addresses: ["104.16.0.1"] });
    expect(check).toMatchObject({ state: "wrong", found: ["104.16.0.1"] });
    expect(check.reason).toContain("proxied");
    expect(check.reason).toContain("flattens");
  });

  it("takes no regard of case and trailing dots in names, and all regard of case in text", () => {
    const flip = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(flip, fc.boolean(), (flips, dot) => {
        const written = (text: string): string =>
          [...text].map((char) => (flips.next().value ? char.toUpperCase() : char)).join("") +
          (dot ? "." : "");
        for (const record of [cname, mx]) {
          const expected = { ...record, name: written(record.name), value: written(record.value) };
          expect(compareRecord(expected, { reply: answer(at(record, record.type, record.value)) })).toEqual({
            state: "ok",
          });
        }
      }),
    );
    const upper = answer(at(dmarc, "TXT", dmarc.value.replace("p=none", "p=NONE")));
    expect(compareRecord(dmarc, { reply: upper }).state).toBe("wrong");
  });
});

// Of several records of a kind receivers use none; what begins otherwise they discard. RFC 7208 §4.5, RFC 9989 §4.7 and
// §4.8, RFC 8460 §3, RFC 8461 §3.1, draft-brand-indicators-for-message-identification §4.2 and §7.2.
describe("compareRecord of a record beside another", () => {
  const records = {
    SPF: spf,
    DMARC: dmarc,
    "TLS-RPT": {
      type: "TXT",
      name: "_smtp._tls.yourdomain.com",
      value: "v=TLSRPTv1; rua=mailto:tls@yourdomain.com",
      purpose: "TLS-RPT",
    },
    "MTA-STS": {
      type: "TXT",
      name: "_mta-sts.yourdomain.com",
      value: "v=STSv1; id=20261124;",
      purpose: "MTA-STS",
    },
    BIMI: {
      type: "TXT",
      name: "default._bimi.yourdomain.com",
      value: "v=BIMI1; l=https://yourdomain.com/logo.svg;",
      purpose: "BIMI",
    },
  } satisfies Record<string, ExpectedRecord>;

  it.each<[keyof typeof records, string]>([
    ["SPF", "V=SPF1 -all"],
    ["SPF", "v=spf1"],
    ["DMARC", "V=DMARC1; p=reject"],
    ["DMARC", "v = DMARC1 ;p=reject"],
    ["DMARC", "v=DMARC1"],
    ["TLS-RPT", "v=TLSRPTv1;rua=https://example.net/tls"],
    ["MTA-STS", "v=STSv1; id=1;"],
    ["BIMI", "v=BIMI1; l=; a=;"],
    ["BIMI", "v = BIMI1;l="],
  ])("%s: `%s` is a second one", (kind, other) => {
    const expected: ExpectedRecord = records[kind];
    const check = compareRecord(expected, {
      reply: answer(at(expected, "TXT", expected.value), at(expected, "TXT", other)),
    });
    expect(check).toMatchObject({ state: "wrong", found: [expected.value, other] });
    expect(check.reason).toMatch(
      new RegExp(`^receivers ignore ${kind} if a name has more than one such record`),
    );
  });

  it.each<[keyof typeof records, string]>([
    ["SPF", "v=spf1; include:amazonses.com"],
    ["SPF", "v=spf1\t-all"],
    ["SPF", " v=spf1 -all"],
    ["DMARC", "v=dmarc1; p=reject"],
    ["DMARC", "v=DMARC1, p=reject"],
    ["TLS-RPT", "v=TLSRPTv1 ; rua=mailto:tls@example.net"],
    ["TLS-RPT", "v=tlsrptv1; rua=mailto:tls@example.net"],
    ["MTA-STS", "v=STSv1"],
    ["BIMI", "V=BIMI1; l="],
    ["BIMI", "v=bimi1; l="],
  ])("%s: `%s` is what some receivers may count", (kind, other) => {
    const expected: ExpectedRecord = records[kind];
    const check = compareRecord(expected, {
      reply: answer(at(expected, "TXT", expected.value), at(expected, "TXT", other)),
    });
    expect(check).toMatchObject({ state: "wrong", found: [expected.value, other] });
    expect(check.reason).toContain(`some receivers may read \`${other}\` as a second ${kind} record`);
  });

  it.each<[keyof typeof records, string]>([
    ["SPF", "v=spf10 -all"],
    ["SPF", "spf2.0/pra -all"],
    ["DMARC", "v=DMARC2; p=reject"],
    ["DMARC", "v=DMARC10; p=reject"],
    ["DMARC", "p=reject; v=DMARC1"],
    ["TLS-RPT", "v=TLSRPTv2; rua=mailto:tls@example.net"],
    ["MTA-STS", "v=STSv12; id=1;"],
    ["BIMI", "v=BIMI2; l="],
    ["BIMI", "site-verification=v=BIMI1"],
  ])("%s: `%s` is none", (kind, other) => {
    const expected: ExpectedRecord = records[kind];
    const reply = answer(at(expected, "TXT", other), at(expected, "TXT", expected.value));
    expect(compareRecord(expected, { reply })).toEqual({ state: "ok" });
  });

  it("takes any consent to take reports, as receivers do (RFC 9990 §4)", () => {
    const consent: ExpectedRecord = {
      type: "TXT",
      name: "yourdomain.com._report._dmarc.example.net",
      value: "v=DMARC1",
      purpose: "DMARC reports",
    };
    const check = (...texts: string[]): RecordCheck =>
      compareRecord(consent, { reply: answer(...texts.map((text) => at(consent, "TXT", text))) });
    expect(check("v=DMARC1;")).toEqual({ state: "ok" });
    expect(check("other", "v=DMARC1; rua=mailto:a@example.net", "v=DMARC1")).toEqual({ state: "ok" });
    expect(check("v=dmarc1")).toEqual({ state: "wrong", found: ["v=dmarc1"] });
    expect(check()).toEqual({ state: "missing" });
  });
});
