import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { txtMarkOf, type RecordPurpose } from "../../src/kinds/index.js";
import { counts, mayCount } from "../../src/syntax/txt-mark.js";
import { plainText, toTxtContent } from "../../src/syntax/txt.js";

const MARKED = ["SPF", "DMARC", "TLS-RPT", "MTA-STS", "BIMI"] as const;
const mark = (purpose: RecordPurpose) => txtMarkOf(purpose)!;

describe("the kind of a TXT record", () => {
  it.each([
    ['"v=spf1 -all"', "SPF"],
    ["v=DMARC1; p=none", "DMARC"],
    // However the strings are cut (RFC 1035 §3.3.14), it is one value.
    ['"v=DMA" "RC1; p=none"', "DMARC"],
    ['"v=BIMI1; l=https://example.net/logo.svg;"', "BIMI"],
    ['"v=TLSRPTv1; rua=mailto:a@example.net"', "TLS-RPT"],
    ['"v=STSv1; id=1;"', "MTA-STS"],
    ['"google-site-verification=v=spf1"', undefined],
    ['"v=spf1 -all', undefined],
    ["v=DKIM1; p=", undefined],
  ])("of %s is %s", (content, purpose) =>
    expect(MARKED.find((kind) => counts(mark(kind), plainText(content)))).toBe(purpose),
  );

  it.each([
    ["SPF", '"V=spf1" " -all"', true],
    ["SPF", '"v=spf" "1 -all"', true],
    ["DMARC", "v=dmarc1; p=none", true],
    ["BIMI", '"V = bimi1"', true],
    ["BIMI", '"v=BIMI12"', false],
    ["SPF", '"v=DMARC1; p=none"', false],
  ] as const)("%s: whether %s is in the way is %s", (kind, content, expected) => {
    expect(mayCount(mark(kind), plainText(content))).toBe(expected);
  });

  it("is one at most, and what counts may count", () => {
    const start = fc.constantFrom(
      "v=spf1",
      "v=DMARC1",
      "V=DMARC1",
      "v=BIMI1",
      "v=TLSRPTv1",
      "v=STSv1",
      "v = spf1",
    );
    fc.assert(
      fc.property(
        start,
        fc.string({ maxLength: 8, unit: fc.constantFrom(..."; =1apv\t") }),
        (version, rest) => {
          const text = version + rest;
          expect(MARKED.filter((kind) => mayCount(mark(kind), text)).length).toBeLessThanOrEqual(1);
          for (const kind of MARKED.filter((one) => counts(mark(one), text))) {
            expect(mayCount(mark(kind), text)).toBe(true);
            expect(counts(mark(kind), plainText(toTxtContent(text)))).toBe(true);
          }
        },
      ),
    );
  });
});
