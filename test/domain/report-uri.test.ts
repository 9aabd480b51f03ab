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
    // `!` is a letter of a Dot-string; a comma stands in a Quoted-string only (RFC 5321 §4.1.2).
    "mailto:d%21m@yourdomain.com",
    "mailto:%22d%2Cm%22@yourdomain.com",
    '"d,m arc"@yourdomain.com',
    '"d\\"m"@yourdomain.com',
    // RFC 6068 §2: `/` and `=` are letters of an address, and are encoded in a URI.
    "a/b=c@yourdomain.com",
    "mailto:a%2Fb%3Dc@yourdomain.com",
    "mailto:dmarc@yourdomain.com?subject=dmarc%20report",
    "mailto:dmarc@bücher.example",
    "https://reports.example.net/dmarc?id=1%2C2",
    "https://reports.example.net:8443",
  ])("takes %s", (text) => {
    expect(reportUriProblems(text)).toEqual([]);
  });

  it.each([
    ["", "the report destination is empty"],
    ["a@b.example, c@d.example", "a report destination can't contain spaces"],
    ["yourdomain.com", "`yourdomain.com` is neither an email address nor a URI"],
    ["@yourdomain.com", "`` is not valid before the @ of an address"],
    ["a..b@yourdomain.com", "`a..b` is not valid before the @ of an address"],
    ["a@b@c.example", "`a@b` is not valid before the @ of an address"],
    [`${"a".repeat(65)}@b.example`, `\`${"a".repeat(65)}\` is not valid before the @ of an address`],
    ["a@b_c.example", '`b_c.example` contains the character "_"'],
    ["mailto:a@b.example!10m", "the size limit `!10m` is obsolete and ignored by receivers"],
    ["a@b.example!5K", "the size limit `!5K` is obsolete and ignored by receivers"],
    ["mailto:a,b@c.example", "`,` is a separator in the record and must be percent-encoded in a URI"],
    ["mailto:a!b@c.example", "`!` is a separator in the record and must be percent-encoded in a URI"],
    ["mailto:a%2@c.example", "a `%` in a URI is not followed by two hexadecimal digits"],
    ["mailto:a%ff@c.example", "the percent-encoding is not valid UTF-8"],
    ["mailto://a@b.example", "`//` does not belong after `mailto:`; the address follows directly"],
    ["mailto:mailto:a@b.example", "`mailto:` does not belong after `mailto:`; the address follows directly"],
    [
      "mailto:MAILTO://a@b.example",
      "`MAILTO://` does not belong after `mailto:`; the address follows directly",
    ],
    [
      "a@b.example.",
      "`b.example.` ends with a dot, which a name in DNS may have and an email address may not",
    ],
    [
      "mailto:a@b.example.",
      "`b.example.` ends with a dot, which a name in DNS may have and an email address may not",
    ],
    ["a@b.example..", "in `b.example..`, a label between two dots is empty"],
    [
      "a@localhost",
      "`localhost` is not a full domain name: mail needs one with at least two labels, not an IP address",
    ],
    [
      "mailto:a@192.0.2.1",
      "`192.0.2.1` is not a full domain name: mail needs one with at least two labels, not an IP address",
    ],
    ["a@[192.0.2.1]", '`[192.0.2.1]` contains the character "["'],
    ["mailto:d%2Cm@b.example", "`d,m` is not valid before the @ of an address"],
    ['"a"b@c.example', '`"a"b` is not valid before the @ of an address'],
    ['"a@c.example', '`"a` is not valid before the @ of an address'],
    ["a.@b.example", "`a.` is not valid before the @ of an address"],
    [`${"ä".repeat(33)}@b.example`, `\`${"ä".repeat(33)}\` is not valid before the @ of an address`],
    ["mailto:a%40b.example", "the @ and the domain of an address must not be percent-encoded"],
    ["mailto:a@b%2Eexample", "the @ and the domain of an address must not be percent-encoded"],
    ["mailto:a/b@c.example", "`/` must be percent-encoded in the address of a `mailto:` URI"],
    ["mailto:a=b@c.example", "`=` must be percent-encoded in the address of a `mailto:` URI"],
    ["mailto:a@b.example%2Cc@d.example", "`a@b.example,c` is not valid before the @ of an address"],
    [
      "mailto:a@b.example?subject",
      "`?subject` is not valid: header fields of a `mailto:` URI have the form `?name=value&name=value`",
    ],
    [
      "mailto:a@b.example?",
      "`?` is not valid: header fields of a `mailto:` URI have the form `?name=value&name=value`",
    ],
    [
      "mailto:a@b.example?x=y&Cc=c@d.example",
      "`Cc=` adds recipients, but receivers never ask for their consent",
    ],
    [
      "https://localhost/dmarc",
      "`localhost` is not a full domain name, so it can't publish its consent to receive reports",
    ],
    [
      "https://192.0.2.1/",
      "`192.0.2.1` is not a full domain name, so it can't publish its consent to receive reports",
    ],
    [
      "https://b.example./",
      "`b.example.` is not a full domain name, so it can't publish its consent to receive reports",
    ],
    [
      "https://b%2Eexample/",
      "`b%2Eexample` is not a full domain name, so it can't publish its consent to receive reports",
    ],
    ["mailto:", "`` is neither an email address nor a URI"],
    ["http://reports.example.net", "reports cannot be sent to a `http:` URI"],
    ["ftp://reports.example.net", "reports cannot be sent to a `ftp:` URI"],
    ["https:reports", "`https:reports` is not a valid https URI"],
    ["https:///x", "`https:///x` is not a valid https URI"],
    ["https://reports.example.net/ü", "`https://reports.example.net/ü` is not a valid https URI"],
  ])("refuses %j", (text, message) => {
    expect(reportUriProblems(text).map((problem) => problem.message)).toEqual([message]);
  });

  it("gives the corrected text as the hint", () => {
    expect(reportUriProblems("mailto:a@b.example!10m")[0]!.hint).toBe("write `mailto:a@b.example`");
    expect(reportUriProblems("yourdomain.com")[0]!.hint).toBe(
      "write an address at this domain, such as `dmarc@yourdomain.com`",
    );
    expect(reportUriProblems("mailto:a!b@c.example")[0]!.hint).toContain("`%21`");
    expect(reportUriProblems("mailto:a/b@c.example")[0]!.hint).toBe(
      "write `%2F` instead, or the plain address `a/b@c.example`",
    );
    expect(reportUriProblems("mailto:a%40b.example")[0]!.hint).toBe("write `mailto:a@b.example`");
    expect(reportUriProblems("mailto:x%2Fy@b%2Eexample")[0]!.hint).toBe("write `mailto:x%2Fy@b.example`");
    expect(reportUriProblems("mailto:mailto://a@b.example")[0]!.hint).toBe("write `mailto:a@b.example`");
    expect(reportUriProblems("a@b.example.")[0]!.hint).toBe("write `a@b.example`");
  });

  it("knows no size limit of TLS reports (RFC 8460 §3)", () => {
    expect(reportUriProblems("mailto:a@b.example!10m", "tls-report-uri")).toEqual([
      {
        rule: "tls-report-uri",
        message: "TLS reports have no size limit such as `!10m`",
        hint: "write `mailto:a@b.example`",
      },
    ]);
  });
});
