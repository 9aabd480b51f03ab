import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRecord } from "../../../src/status/dns/compare.js";
import type { DnsRecord, DnsReply, ExpectedRecord, RecordCheck } from "../../../src/status/dns/model.js";

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
        reason: "receivers ignore DKIM where a name has more than one such record (RFC 6376 §3.6.2.2)",
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
        reason: "SES wants exactly one MX record at a MAIL FROM domain; delete 20 mx.other.com",
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
        reason: "receivers ignore SPF where a name has more than one such record (RFC 7208 §4.5)",
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
        reason: "receivers ignore DMARC where a name has more than one such record (RFC 9989)",
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
