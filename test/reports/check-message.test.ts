import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthenticationResults } from "../../src/reports/authentication-results.js";
import { checkMessage, type MessageCheck } from "../../src/reports/check-message.js";
import { fromDomains } from "../../src/reports/from-domain.js";
import { parseHeaders } from "../../src/reports/headers.js";

const check = (text: string, authservId?: string): MessageCheck =>
  checkMessage(parseHeaders(text), {
    ...(authservId === undefined ? {} : { authservId }),
    alignmentOf: () => ({ dkim: "relaxed", spf: "relaxed" }),
  });

const FROM = "From: <a@example.com>";

describe("Authentication-Results", () => {
  // Values of RFC 8601 Appendix B.
  it.each([
    ["example.org 1; none", { authservId: "example.org", results: [] }],
    [
      "example.com;\n spf=pass smtp.mailfrom=example.net",
      {
        authservId: "example.com",
        results: [{ method: "spf", result: "pass", properties: { "smtp.mailfrom": "example.net" } }],
      },
    ],
    [
      "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
      { authservId: "foo.example.net", results: [] },
    ],
    [
      'mx; dkim=fail reason="bad; sig" header.d=a.example (x (y) z; dkim=pass)',
      {
        authservId: "mx",
        results: [
          { method: "dkim", result: "fail", properties: { reason: "bad; sig", "header.d": "a.example" } },
        ],
      },
    ],
  ])("reads %j", (value, expected) => {
    const parsed = parseAuthenticationResults(value);
    expect(parsed?.authservId).toBe(expected.authservId);
    if (expected.results.length > 0) expect(parsed).toEqual(expected);
  });

  it("never throws", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "=", ";", "(", ")", '"', "\\", " ", "@", "<", ">", ",", ".", "\n", ":"),
    });
    fc.assert(
      fc.property(text, (value) => {
        parseAuthenticationResults(value);
        fromDomains(value);
        check(
          `Authentication-Results: ${value}\nReceived-SPF: ${value}\nFrom: ${value}\nDKIM-Signature: ${value}`,
        );
      }),
    );
  });
});

describe("From", () => {
  it.each([
    ["a@Example.COM", ["example.com"]],
    ['"boss@bank.test, x" <a@example.com> (c@d.test)', ["example.com"]],
    ["a@example.com, <b@example.net>", ["example.com", "example.net"]],
    ["nobody", ["nobody"]],
  ])("%j names %j", (value, domains) => expect(fromDomains(value)).toEqual(domains));
});

describe("a received message", () => {
  it("is judged by the topmost results, or those asked for", () => {
    const text = `Authentication-Results: mx.mine; dkim=fail header.d=example.com; dmarc=fail\nReceived: by mx\nAuthentication-Results: forged; dkim=pass header.d=example.com; dmarc=pass\n${FROM}`;
    expect(check(text)).toMatchObject({
      ok: false,
      authservId: "mx.mine",
      authservIds: ["mx.mine", "forged"],
    });
    expect(check(text, "FORGED")).toMatchObject({ ok: true, authservId: "forged" });
    expect(check(text, "other")).toMatchObject({ ok: false, source: "none" });
  });

  it("takes the fields of one receiver together", () => {
    const text = `Authentication-Results: mx; spf=fail smtp.mailfrom=x.example\nAuthentication-Results: mx; dkim=pass header.i=@news.example.com\n${FROM}`;
    expect(check(text)).toMatchObject({
      ok: true,
      dkim: [{ result: "pass", domain: "news.example.com", aligned: true }],
    });
  });

  it("is read as Microsoft 365 writes it, without a name of the receiver", () => {
    // As in Microsoft's "Anti-spam message headers".
    const results =
      "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=mail.example.com; dkim=fail\n" +
      " (body hash did not verify) header.d=example.com;dmarc=pass action=none\n header.from=example.com;compauth=pass reason=100\n";
    const received =
      "Received-SPF: Pass (protection.outlook.com: domain of mail.example.com designates 192.0.2.1)\n";
    const result = check(results + received + FROM);
    expect(result).toMatchObject({
      ok: true,
      source: "authentication-results",
      authservIds: [],
      spf: { result: "pass", domain: "mail.example.com", aligned: true },
      dkim: [{ result: "fail", domain: "example.com", aligned: false }],
      dmarc: "pass",
    });
    expect(result).not.toHaveProperty("authservId");
    // The receiver saw a signature, whatever is left of the header.
    expect(result.advice.join("\n")).toMatch(
      /^DKIM did not pass \(fail\): check the DKIM records of example\.com/,
    );
    expect(check(results + FROM, "mx.mine")).toMatchObject({ ok: false, source: "none" });
    // What a sender wrote below the receiver's own does not count with it.
    const forged = "Authentication-Results: mx.mine; dmarc=fail; spf=fail\n" + results;
    expect(check(forged + FROM)).toMatchObject({ ok: false, authservId: "mx.mine", dkim: [], dmarc: "fail" });
  });

  it("is not aligned by SES's own domains", () => {
    const text = `Authentication-Results: mx; spf=pass smtp.mailfrom=1@us-east-1.amazonses.com; dkim=pass header.d=amazonses.com; dmarc=fail\n${FROM}`;
    const result = check(text);
    expect(result).toMatchObject({ ok: false, spf: { result: "pass", aligned: false } });
    expect(result.advice.join("\n")).toMatch(/sign as example\.com[\s\S]*custom MAIL FROM/);
  });

  it("falls back to ARC's last instance, then to Received-SPF", () => {
    const arc = (i: number, result: string): string =>
      `ARC-Authentication-Results: i=${i}; hop${i}; dkim=${result} header.d=example.com\n`;
    expect(check(arc(1, "fail") + arc(2, "pass") + FROM)).toMatchObject({
      ok: true,
      source: "arc-authentication-results",
      authservId: "hop2",
    });
    const spf = `Received-SPF: Pass (mx: ok) receiver=mx.mine; client-ip=192.0.2.1; envelope-from="b@mail.example.com"; helo=h.example;\n${FROM}`;
    expect(check(spf)).toMatchObject({
      ok: true,
      source: "received-spf",
      authservId: "mx.mine",
      spf: { domain: "mail.example.com" },
    });
  });

  it("needs one From domain", () => {
    const pass = "Authentication-Results: mx; dkim=pass header.d=example.com; dmarc=pass\n";
    expect(check(`${pass}${FROM}\n${FROM}`).ok).toBe(false);
    expect(check(`${pass}From: a@example.com, b@example.net`).ok).toBe(false);
  });
});
