import fc from "fast-check";
import { expect, test } from "vitest";
import { loadDomains } from "../../src/domain/load-domains.js";
import { recordsOf } from "../../src/kinds/index.js";
import { toTxtContent } from "../../src/syntax/txt.js";
import { destination, readTxt } from "./independent-readers.js";

/* The records of the domain as a whole, read by a stranger: see round-trip.fuzz.test.ts. */

const term = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map((byte) => `ip4:192.0.${byte}.0/24`),
  fc.constantFrom(
    "mx",
    "a:out.example.net",
    "include:_spf.example.net",
    "ip6:2001:db8::/32",
    "-a:x.example.net",
  ),
);
const wish = fc.record({
  apexSpf: fc.record({
    terms: fc.uniqueArray(term, { maxLength: 30 }),
    all: fc.constantFrom("softfail", "fail", "neutral"),
  }),
  tlsReports: fc.subarray(["tls@yourdomain.com", "a+b@example.net", "https://example.net/tls?a=b%2Cc"], {
    minLength: 1,
  }),
  mtaSts: fc.record({ id: fc.stringMatching(/^[A-Za-z0-9]{1,32}$/) }),
  bimi: fc.record({
    // A comma or semicolon has to be percent-encoded; the file is refused.
    logo: fc
      .webUrl({ validSchemes: ["https"] })
      .map((url) => url.replace(/[,;]/g, encodeURIComponent))
      .map((url) => `${url.replace(/\/$/, "")}/logo.svg`),
    certificate: fc.option(fc.constant("https://yourdomain.com/logo.pem"), { nil: undefined }),
  }),
});

/** Fields of a TLS-RPT, MTA-STS or BIMI record: `name=value` with semicolons between. */
function fields(text: string): Readonly<Record<string, string>> {
  const parts = text.split(";").map((field) => field.trim());
  return Object.fromEntries(
    parts.filter((part) => part !== "").map((part) => /^([a-z]+)=(.*)$/.exec(part)!.slice(1, 3)),
  ) as Record<string, string>;
}

test("what a file asks for beside sending is what a stranger reads", () => {
  fc.assert(
    fc.property(wish, (given) => {
      const bytes = Buffer.from(JSON.stringify({ domain: "yourdomain.com", region: "us-east-1", ...given }));
      const { domains, diagnostics } = loadDomains([{ path: "domains/yourdomain.com.yaml", bytes }], {});
      expect(diagnostics).toEqual([]);
      const txt = new Map(
        recordsOf(domains[0]!)
          .filter(({ type }) => type === "TXT")
          .map(({ name, value }) => [name, Buffer.concat(readTxt(toTxtContent(value))).toString("utf8")]),
      );
      const { terms, all } = given.apexSpf;
      expect(txt.get("yourdomain.com")!.split(" ")).toEqual([
        "v=spf1",
        ...terms,
        { softfail: "~all", fail: "-all", neutral: "?all" }[all],
      ]);
      const { v, rua, ...rest } = fields(txt.get("_smtp._tls.yourdomain.com")!);
      expect([v, rua!.split(",").map(destination), rest]).toEqual(["TLSRPTv1", given.tlsReports, {}]);
      expect(fields(txt.get("_mta-sts.yourdomain.com")!)).toEqual({ v: "STSv1", id: given.mtaSts.id });
      const { logo, certificate } = given.bimi;
      expect(fields(txt.get("default._bimi.yourdomain.com")!)).toEqual({
        v: "BIMI1",
        l: logo,
        ...(certificate === undefined ? {} : { a: certificate }),
      });
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

test("a parked domain receives no mail and sends none", () => {
  const bytes = Buffer.from("domain: yourdomain.com\nparked: true\n");
  const { domains } = loadDomains([{ path: "domains/yourdomain.com.yaml", bytes }], {});
  const records = recordsOf(domains[0]!).map(({ type, name, value }) => `${type} ${name} ${value}`);
  // RFC 7505 §3, RFC 7208 §10.1.2.
  expect(records).toContain("MX yourdomain.com 0 .");
  expect(records).toContain("TXT yourdomain.com v=spf1 -all");
  expect(records.find((record) => record.includes("_dmarc."))).toMatch(/^TXT _dmarc\.\S+ v=DMARC1; p=reject/);
});
