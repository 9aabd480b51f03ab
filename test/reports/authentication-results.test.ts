import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthenticationResults } from "../../src/reports/authentication-results.js";
import { parseReceivedSpf } from "../../src/reports/received-spf.js";

const result = (method: string, value: string, properties: Record<string, string> = {}) => ({
  method,
  result: value,
  properties,
});

describe("Authentication-Results", () => {
  // RFC 8601 Appendix B.2 to B.7; B.1 is a message without the field.
  it.each([
    ["B.2", "example.org 1; none", { authservId: "example.org", results: [] }],
    [
      "B.3",
      "example.com;\r\n          spf=pass smtp.mailfrom=example.net",
      { authservId: "example.com", results: [result("spf", "pass", { "smtp.mailfrom": "example.net" })] },
    ],
    [
      "B.4",
      "example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
      {
        authservId: "example.com",
        results: [
          result("auth", "pass", { "smtp.auth": "sender@example.net" }),
          result("spf", "pass", { "smtp.mailfrom": "example.net" }),
        ],
      },
    ],
    [
      "B.4, the second field",
      "example.com; iprev=pass\r\n policy.iprev=192.0.2.200",
      { authservId: "example.com", results: [result("iprev", "pass", { "policy.iprev": "192.0.2.200" })] },
    ],
    [
      "B.5",
      "example.com;\r\n dkim=pass (good signature) header.d=example.com",
      { authservId: "example.com", results: [result("dkim", "pass", { "header.d": "example.com" })] },
    ],
    [
      "B.6",
      'example.com;\r\n dkim=pass reason="good signature"\r\n   header.i=@mail-router.example.net;\r\n dkim=fail reason="bad signature"\r\n   header.i=@newyork.example.com',
      {
        authservId: "example.com",
        results: [
          result("dkim", "pass", { reason: "good signature", "header.i": "@mail-router.example.net" }),
          result("dkim", "fail", { reason: "bad signature", "header.i": "@newyork.example.com" }),
        ],
      },
    ],
    [
      "B.7",
      "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n   policy (A dot can go here) . (like that) expired\r\n   (this surprised me) = (as I wasn't expecting it) 1362471462",
      {
        authservId: "foo.example.net",
        results: [result("dkim", "fail", { "policy.expired": "1362471462" })],
      },
    ],
  ])("reads the example of RFC 8601 %s", (_, value, expected) =>
    expect(parseAuthenticationResults(value)).toEqual(expected),
  );

  it.each([
    // RFC 5322 §3.2.2: comments nest and hold quoted pairs.
    ["mx; spf=fail (a (b \\) c) ; spf=pass) smtp.mailfrom=x.example", { "smtp.mailfrom": "x.example" }],
    // RFC 2045 §5.1, RFC 5322 §3.2.4.
    [
      'mx; spf=fail reason="a; \\"b\\" spf=pass" smtp.mailfrom="c d"@x.example',
      { reason: 'a; "b" spf=pass', "smtp.mailfrom": "c d@x.example" },
    ],
    // RFC 8601 §2.2: white space may stand on both sides of an equals sign.
    ["mx; spf = fail smtp . mailfrom = x.example", { "smtp.mailfrom": "x.example" }],
    ["mx;spf=fail(c)smtp.mailfrom=x.example(d)", { "smtp.mailfrom": "x.example" }],
    // Addresses with equals signs (VERP, SRS) and without a local part; nothing at all.
    ["mx; spf=fail smtp.mailfrom=b+a=x.example@y.example", { "smtp.mailfrom": "b+a=x.example@y.example" }],
    ["mx; spf=fail smtp.mailfrom= smtp.helo=h.example", { "smtp.mailfrom": "", "smtp.helo": "h.example" }],
    ["mx; spf=fail smtp.mailfrom=; dkim=none", { "smtp.mailfrom": "" }],
    ['mx; spf=fail smtp.mailfrom="" smtp.helo=h.example', { "smtp.mailfrom": "", "smtp.helo": "h.example" }],
    [
      "mx; spf=fail smtp.mailfrom=<> smtp.helo=h.example",
      { "smtp.mailfrom": "<>", "smtp.helo": "h.example" },
    ],
    // The first of two stands.
    ["mx; spf=fail smtp.mailfrom=x.example smtp.mailfrom=y.example", { "smtp.mailfrom": "x.example" }],
  ])("reads %j", (value, properties) =>
    expect(parseAuthenticationResults(value)?.results[0]).toEqual(result("spf", "fail", properties)),
  );

  it.each([
    ["", undefined],
    ["(only a comment", undefined],
    ["=mx; spf=pass", undefined],
    // RFC 8601 §2.5: another version is another syntax.
    ["mx 2; spf=pass", undefined],
    ["mx 1; spf/2=pass; dkim/1=pass", ["dkim"]],
    ["mx; spf; =pass; spf=; dkim=pass", ["dkim"]],
    ["mx; spf=pass; dkim=pass (no end; dmarc=pass", ["spf"]],
    ['mx; spf=pass; dkim=pass header.d="no end; dmarc=pass', ["spf"]],
    // Yahoo, formerly; Microsoft 365, where a message has several recipients.
    ["mta1.mail.example  from=a.example; dkim=pass (ok)", ["dkim"]],
    [
      "spf=temperror (x) smtp.helo=h.example; a.example; dkim=none header.d=none;a.example; dmarc=none",
      ["spf", "dkim", "dmarc"],
    ],
  ])("passes over what makes no sense in %j", (value, methods) =>
    expect(parseAuthenticationResults(value)?.results.map(({ method }) => method)).toEqual(methods),
  );

  const cfws = fc.array(fc.constantFrom(" ", "\t", "\r\n ", "(c)", "(a (b) \\) ;=)"), { maxLength: 3 });
  const spaces = fc.array(
    cfws.map((parts) => parts.join("")),
    { minLength: 16, maxLength: 16 },
  );

  it("reads the same whatever comments and white space stand between tokens", () => {
    fc.assert(
      fc.property(spaces, (s) => {
        const gap = (index: number): string => (s[index] === "" ? " " : s[index]!);
        const value =
          `${s[0]}mx.example${gap(1)}1${s[2]};${s[3]}dkim${s[4]}/${s[5]}1${s[6]}=${s[7]}pass${gap(8)}` +
          `header${s[9]}.${s[10]}d${s[11]}=${s[12]}"a.example"${s[13]};${s[14]}spf=none${s[15]}`;
        expect(parseAuthenticationResults(value)).toEqual({
          authservId: "mx.example",
          results: [result("dkim", "pass", { "header.d": "a.example" }), result("spf", "none")],
        });
      }),
    );
  });

  it("never takes a result from a comment or a quoted string", () => {
    const inner = fc.string({ unit: fc.constantFrom("a", " ", ";", "=", ".", "@") });
    fc.assert(
      fc.property(inner, inner, (comment, quoted) => {
        const value = `mx; spf=fail (${comment}; dkim=pass header.d=a) reason="${quoted}; dmarc=pass"`;
        expect(parseAuthenticationResults(value)?.results.map(({ method }) => method)).toEqual(["spf"]);
      }),
    );
  });
});

describe("Received-SPF", () => {
  it.each([
    // RFC 7208 §9.1.
    [
      'pass (mybox.example.org: domain of\r\n myname@example.com designates 192.0.2.1 as permitted sender)\r\n receiver=mybox.example.org; client-ip=192.0.2.1;\r\n envelope-from="myname@example.com"; helo=foo.example.com;',
      "pass",
      {
        receiver: "mybox.example.org",
        "client-ip": "192.0.2.1",
        "envelope-from": "myname@example.com",
        helo: "foo.example.com",
      },
    ],
    [
      'fail (mybox.example.org: domain of\r\n myname@example.com does not designate 192.0.2.1 as permitted sender)\r\n identity=mailfrom; client-ip=192.0.2.1;\r\n envelope-from="myname@example.com";',
      "fail",
      { identity: "mailfrom", "client-ip": "192.0.2.1", "envelope-from": "myname@example.com" },
    ],
    [
      "pass identity=helo; helo=mailserver.example.com (a; helo=b)",
      "pass",
      { identity: "helo", helo: "mailserver.example.com" },
    ],
    [
      "(c) Pass (d) envelope-from (e) = (f) a@b.example ; (g) Helo = h.example",
      "pass",
      { "envelope-from": "a@b.example", helo: "h.example" },
    ],
    [
      "Pass client-ip=192.0.2.1 envelope-from=<a=b@c.example> helo=h",
      "pass",
      { "client-ip": "192.0.2.1", "envelope-from": "<a=b@c.example>", helo: "h" },
    ],
    [
      'pass (x envelope-from=a@b.example) problem="; envelope-from=c@d.example"',
      "pass",
      { problem: "; envelope-from=c@d.example" },
    ],
    ["softfail", "softfail", {}],
  ])("reads %j", (value, spf, pairs) => expect(parseReceivedSpf(value)).toEqual({ result: spf, pairs }));

  it.each(["", "passed", "(pass)", "helo=pass", "pass (no end; helo=h", 'pass helo="h'])(
    "takes %j for none",
    (value) => expect(parseReceivedSpf(value)).toBeUndefined(),
  );
});
