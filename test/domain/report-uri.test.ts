import { describe, expect, it } from "vitest";
import { reportUriProblems } from "../../src/domain/keys/report-uri.js";

describe("reportUriProblems", () => {
  it.each([
    "dmarc@yourdomain.com",
    "d.m+arc@mail.yourdomain.co.uk",
    "DMARC@bücher.example",
    "x!y@yourdomain.com",
    "mailto:dmarc@yourdomain.com",
    "MAILTO:dmarc@yourdomain.com",
    "mailto:d%2Cm%21c@yourdomain.com",
    "https://reports.example.net/dmarc?id=1%2C2",
    "https://reports.example.net:8443",
  ])("takes %s", (text) => {
    expect(reportUriProblems(text)).toEqual([]);
  });

  it.each([
    ["", "the report destination is empty"],
    ["a@b.example, c@d.example", "a report destination holds no spaces"],
    ["yourdomain.com", "`yourdomain.com` is no e-mail address and no URI"],
    ["@yourdomain.com", "`` cannot stand before the @ of an address"],
    ["a..b@yourdomain.com", "`a..b` cannot stand before the @ of an address"],
    ["a@b@c.example", "`a@b` cannot stand before the @ of an address"],
    [`${"a".repeat(65)}@b.example`, `\`${"a".repeat(65)}\` cannot stand before the @ of an address`],
    ["a@b_c.example", '`b_c.example` holds the character "_"'],
    ["mailto:a@b.example!10m", "the size limit `!10m` is obsolete and ignored by receivers"],
    ["a@b.example!5K", "the size limit `!5K` is obsolete and ignored by receivers"],
    ["mailto:a,b@c.example", "`,` separates things in the record and must be percent-encoded in a URI"],
    ["mailto:a!b@c.example", "`!` separates things in the record and must be percent-encoded in a URI"],
    ["mailto:a%2@c.example", "a `%` in a URI is not followed by two hexadecimal digits"],
    ["mailto:a%ff@c.example", "the percent-encoding is not valid UTF-8"],
    ["mailto:", "`` is no e-mail address and no URI"],
    ["http://reports.example.net", "reports cannot be sent to a `http:` URI"],
    ["ftp://reports.example.net", "reports cannot be sent to a `ftp:` URI"],
    ["https:reports", "`https:reports` is no valid https URI"],
    ["https:///x", "`https:///x` is no valid https URI"],
    ["https://reports.example.net/ü", "`https://reports.example.net/ü` is no valid https URI"],
  ])("refuses %j", (text, message) => {
    expect(reportUriProblems(text).map((problem) => problem.message)).toEqual([message]);
  });

  it("gives the corrected text as the hint", () => {
    expect(reportUriProblems("mailto:a@b.example!10m")[0]!.hint).toBe("write `mailto:a@b.example`");
    expect(reportUriProblems("yourdomain.com")[0]!.hint).toBe(
      "write an address there, such as `dmarc@yourdomain.com`",
    );
    expect(reportUriProblems("mailto:a!b@c.example")[0]!.hint).toContain("`%21`");
  });
});
