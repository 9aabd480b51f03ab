import { describe, expect, test } from "vitest";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { recordsOf } from "../../src/kinds/index.js";
import { parseDmarc } from "../../src/syntax/dmarc/parse.js";
import { parkedDomain, sendingDomain, type Change } from "./sample.js";

const NAME = "a.example";
const shown = (domain: SendingDomain): string[] =>
  recordsOf(domain)
    .filter(({ region }) => region === undefined)
    .map(({ purpose, type, name, value }) => `${purpose}: ${type} ${name} ${value}`);
const brief = (change: Change): string[] => shown(sendingDomain(NAME, { dmarc: "unmanaged", ...change }));

describe("records of the domain as a whole", () => {
  test("none comes unasked", () => {
    expect(brief({})).toEqual([]);
  });

  // RFC 7505 §3, RFC 7208 §10.1.2
  test("a parked domain neither takes nor sends mail", () => {
    expect(shown(parkedDomain(NAME))).toEqual([
      "Null MX: MX a.example 0 .",
      "SPF: TXT a.example v=spf1 -all",
      "DMARC: TXT _dmarc.a.example v=DMARC1; p=reject",
    ]);
  });

  test.each([
    [[], "softfail", "v=spf1 ~all"],
    [
      ["include:_spf.example.net", "ip4:192.0.2.0/24"],
      "fail",
      "v=spf1 include:_spf.example.net ip4:192.0.2.0/24 -all",
    ],
    [["mx"], "neutral", "v=spf1 mx ?all"],
  ] as const)("SPF of %j and %s", (terms, all, value) => {
    expect(brief({ apexSpf: { terms, all } })).toEqual([`SPF: TXT a.example ${value}`]);
  });

  // The examples of RFC 8460 §3.1.
  test.each([
    [["reports@example.com"], "v=TLSRPTv1; rua=mailto:reports@example.com"],
    [["https://reporting.example.com/v1/tlsrpt"], "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt"],
    [["mailto:a@example.com", "b@example.com"], "v=TLSRPTv1; rua=mailto:a@example.com,mailto:b@example.com"],
  ])("TLS-RPT to %j", (tlsReports, value) => {
    expect(brief({ tlsReports })).toEqual([`TLS-RPT: TXT _smtp._tls.a.example ${value}`]);
  });

  // The example of RFC 8461 §3.1.
  test("MTA-STS", () => {
    expect(brief({ mtaSts: { id: "20160831085700Z" } })).toEqual([
      "MTA-STS: TXT _mta-sts.a.example v=STSv1; id=20160831085700Z;",
    ]);
  });

  test("BIMI", () => {
    const logo = "https://example.com/logo.svg";
    expect(brief({ bimi: { logo } })).toEqual([`BIMI: TXT default._bimi.a.example v=BIMI1; l=${logo};`]);
    expect(brief({ bimi: { logo, certificate: "https://example.com/vmc.pem" } })).toEqual([
      `BIMI: TXT default._bimi.a.example v=BIMI1; l=${logo}; a=https://example.com/vmc.pem;`,
    ]);
  });

  // RFC 9990 §4.
  test("the consent of a host that takes the reports stands in the host's zone", () => {
    const reportConsents = [{ host: "reports.b.example", zone: "b.example" }];
    const record = recordsOf(sendingDomain(NAME, { dmarc: "unmanaged", reportConsents })).at(-1);
    expect(record).toMatchObject({
      type: "TXT",
      name: "a.example._report._dmarc.reports.b.example",
      value: "v=DMARC1",
      ttl: 1800,
      purpose: "DMARC reports",
      zone: "b.example",
    });
    expect(parseDmarc(record!.value)).toBeDefined();
  });
});
