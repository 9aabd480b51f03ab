import { describe, expect, it } from "vitest";
import type { MailRecord } from "../../src/kinds/index.js";
import { assertPublishable } from "../../src/rules/record-invariants.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { sourceFiles } from "./files.js";

type Kind = MailRecord["kind"];

const at = (kind: Kind, type: MailRecord["type"], label: string, value: string, zone?: string) => ({
  record: { kind, type, name: `${label}.a.example`, value, resource: kind, zone },
  domain: { domain: "a.example" },
});
const spf = (label: string, value = "v=spf1 -all") => at("spf", "TXT", label, value);
const mx = (label: string, host: string) => at("mailFrom", "MX", label, `10 ${host}`);
const SPF_WITH_BLANKS = " v = spf1 ~all";

describe("records that no two settings may ask for", () => {
  it.each([
    ["a CNAME and a TXT", [at("dkim", "CNAME", "x", "y.example"), spf("x")]],
    ["an MX and a CNAME", [mx("x", "y.example"), at("dkim", "CNAME", "x", "y.example")]],
    ["two CNAMEs", [at("dkim", "CNAME", "x", "y.example"), at("dkim", "CNAME", "x", "z.example")]],
    ["the same twice", [at("mtaSts", "TXT", "x", "hello"), at("tlsRpt", "TXT", "x", "hello")]],
    ["two MX", [mx("x", "y.example"), mx("x", "z.example")]],
    ["a null MX and an MX", [at("nullMx", "MX", "x", "0 ."), mx("x", "y.example")]],
    ["two SPF records", [spf("x"), at("apexSpf", "TXT", "x", "V=SPF1 ~all")]],
    [
      "an SPF record and what some receivers take for one",
      [at("bimi", "TXT", "x", SPF_WITH_BLANKS), spf("x")],
    ],
    ["two DMARC records", [at("dmarc", "TXT", "x", "v=DMARC1; p=none"), at("dmarc", "TXT", "x", "v=DMARC1")]],
    ["a record beside DMARC", [spf("x"), at("dmarc", "TXT", "x", "v=DMARC1; p=none")]],
  ])("%s", (_, records) => {
    expect(() => assertPublishable(records)).toThrow("`x.a.example`");
    expect(() => assertPublishable(records)).toThrow("a mistake in mailstack");
  });

  it.each([
    ["different names", [at("dkim", "CNAME", "x", "z.example"), spf("y")]],
    ["MX and SPF", [mx("x", "y.example"), spf("x")]],
    ["SPF and another TXT", [spf("x"), at("mtaSts", "TXT", "x", "v=spf1foo")]],
    [
      "tokens that are not known yet",
      [at("dkim", "CNAME", "{token1}", "x"), at("dkim", "CNAME", "{token1}", "x")],
    ],
  ])("but %s", (_, records) => {
    expect(() => assertPublishable(records)).not.toThrow();
  });
});

it("a record is at or below its domain, or names its zone", () => {
  const elsewhere = { ...spf("x"), domain: { domain: "b.example" } };
  expect(() => assertPublishable([elsewhere])).toThrow("`x.a.example`");
  expect(() =>
    assertPublishable([{ ...elsewhere, record: { ...elsewhere.record, zone: "a.example" } }]),
  ).not.toThrow();
});

describe("a MAIL FROM name that is a domain of its own", () => {
  // Its records would meet those of the MAIL FROM name: the rule about the name reports it, alone.
  it.each([
    ["with an SPF record", "apexSpf: { terms: [mx] }"],
    ["parked", "parked: true"],
  ])("%s", (_, text) => {
    const files = sourceFiles({ "a.com": "mailFrom: { subdomain: news }", "news.a.com": text });
    const { diagnostics } = checkDomains(files, { defaultRegion: "us-east-1" });
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["mail-from-clash"]);
  });
});
