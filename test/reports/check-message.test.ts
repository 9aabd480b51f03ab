import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlignmentMode } from "../../src/reports/alignment.js";
import { parseAuthenticationResults } from "../../src/reports/authentication-results.js";
import { checkMessage } from "../../src/reports/check-message.js";
import type { MessageCheck } from "../../src/reports/message-outcome.js";
import { fromDomains } from "../../src/reports/from-domain.js";
import { parseHeaders } from "../../src/reports/headers.js";

const check = (
  text: string,
  authservId?: string,
  mode: AlignmentMode = "relaxed",
  publishing: readonly string[] = [],
): MessageCheck =>
  checkMessage(parseHeaders(text), {
    ...(authservId === undefined ? {} : { authservId }),
    alignmentOf: () => ({ dkim: mode, spf: mode }),
    publishing,
  });

const FROM = "From: <a@example.com>";

describe("any header", () => {
  // A megabyte is what the command reads at most.
  it.each([
    ["open comments", "("],
    ["semicolons", ";"],
    ["results", "dkim=pass header.b=a header.i=@a.example;"],
    ["properties", "a.b=c "],
    ["words", "a. "],
    ["equals signs", "a="],
    ["addresses", "<a@b.example>,"],
    ["encoded words", "=?a?q?"],
    ["quotes", '"a" '],
  ])(
    "is read in a time that grows with its length: %s",
    (_, part) => {
      const value = part.repeat(Math.ceil(100_000 / part.length));
      const signatures = "DKIM-Signature: d=example.com; b=a\n".repeat(2000);
      const text =
        `Authentication-Results: mx; dkim=pass ${value}\nReceived-SPF: pass ${value}\n` +
        `DKIM-Signature: ${value}\nFrom: ${value}\n${signatures}`;
      const start = performance.now();
      check(text);
      expect(performance.now() - start).toBeLessThan(10_000);
    },
    30_000,
  );

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

describe("SPF", () => {
  const spf = (results: string, more = ""): MessageCheck["spf"] =>
    check(`${more}Authentication-Results: mx.example.net; ${results}\n${FROM}`).spf;
  const field = (value: string, more = ""): MessageCheck["spf"] =>
    check(`${more}Received-SPF: ${value}\n${FROM}`).spf;
  const aligned = { result: "pass", domain: "mta.example.com", aligned: true };
  const unknown = { result: "none", aligned: false };

  // RFC 9989 §4.4.2: MAIL FROM alone. RFC 7208 §2.4: with a null reverse-path that is postmaster@HELO.
  it.each([
    ["spf=pass smtp.helo=mta.example.com", unknown],
    [
      "spf=pass smtp.helo=mta.example.com; spf=none smtp.mailfrom=a@b.example",
      { result: "none", domain: "b.example", aligned: false },
    ],
    ["spf=none smtp.helo=h.example; spf=pass smtp.mailfrom=a@mta.example.com", aligned],
    [
      "spf=pass smtp.mailfrom=a@b.example smtp.helo=mta.example.com",
      { result: "pass", domain: "b.example", aligned: false },
    ],
    ["spf=pass smtp.pra=a@mta.example.com", { result: "pass", aligned: false }],
    ['spf=pass smtp.mailfrom="" smtp.helo=mta.example.com', aligned],
    ["spf=pass smtp.mailfrom=<> smtp.helo=mta.example.com", aligned],
    ["spf=pass smtp.mailfrom= smtp.helo=mta.example.com", aligned],
    ["spf=pass smtp.mailfrom=<>; spf=pass smtp.helo=mta.example.com", aligned],
    ["spf=pass smtp.mailfrom=postmaster@mta.example.com", aligned],
    ["spf=fail smtp.mailfrom=<> smtp.helo=mta.example.com", { ...aligned, result: "fail", aligned: false }],
    ["spf=pass smtp.mailfrom=<>", { result: "pass", aligned: false }],
    [
      'spf=pass smtp.mailfrom="x@example.com"@b.example',
      { result: "pass", domain: "b.example", aligned: false },
    ],
    ["spf=pass", { result: "pass", aligned: false }],
  ])("of %j is that of MAIL FROM", (results, expected) => expect(spf(results)).toEqual(expected));

  it("counts for the HELO name where the reverse-path in the message is null", () => {
    expect(spf("spf=pass smtp.helo=mta.example.com", "Return-Path: <>\n")).toEqual(aligned);
    expect(spf("spf=pass smtp.helo=mta.example.com", "Return-Path: <a@b.example>\n")).toEqual(unknown);
    expect(field("pass identity=helo; helo=mta.example.com", "Return-Path: <>\n")).toEqual(aligned);
  });

  // RFC 7208 §9.1; CVE-2019-20790 is about believing `identity=helo`.
  it.each([
    ["Pass (helo) identity=helo; helo=h.example; envelope-from=a@example.com", unknown],
    ['pass identity="HELO"; helo=mta.example.com; envelope-from=a@b.example', unknown],
    ["pass helo=mta.example.com", { result: "pass", aligned: false }],
    ["pass identity=pra; envelope-from=a@mta.example.com", unknown],
    ["pass (envelope-from=a@example.com) client-ip=192.0.2.1", { result: "pass", aligned: false }],
    ['pass problem="; envelope-from=a@example.com"', { result: "pass", aligned: false }],
    ["Pass identity=helo; envelope-from=<>; helo=mta.example.com", aligned],
    ['Pass identity=mailfrom; envelope-from=""; helo=mta.example.com', aligned],
    ['Pass (c) identity (c) = (c) mailfrom ; helo=h.example; envelope-from="a@mta.example.com"', aligned],
    [
      "pass (mx: domain of a@x designates 192.0.2.1) client-ip=192.0.2.1; envelope-from=a@mta.example.com; helo=h",
      aligned,
    ],
  ])("of the field %j is that of MAIL FROM", (value, expected) => expect(field(value)).toEqual(expected));

  it("says that only HELO was checked", () => {
    const result = check(`Received-SPF: pass identity=helo; helo=h.example\n${FROM}`);
    expect(result.ok).toBe(false);
    expect(result.advice.join("\n")).toContain("only for the HELO name h.example");
  });

  it("comes from Received-SPF where the receiver's other fields say nothing of it", () => {
    const results = "Authentication-Results: mx; dkim=fail header.d=example.com; dmarc=none\n";
    const own = "Received-SPF: pass identity=mailfrom; envelope-from=a@mta.example.com\n";
    const received = "Received: from a by mx\n";
    expect(check(own + results + FROM).spf).toEqual(aligned);
    expect(check(results + own + received + FROM).spf).toEqual(aligned);
    // Below the receiver's own Received field, or with none, anybody can have written it.
    expect(check(received + results + own + received + FROM).spf).toEqual(unknown);
    expect(check(results + own + FROM).spf).toEqual(unknown);
    expect(check(results + received + own + FROM).spf).toEqual(unknown);
  });

  it("comes from Received-SPF where the other fields do not say for which domain", () => {
    const own = "Received-SPF: pass identity=mailfrom; envelope-from=a@mta.example.com\n";
    const received = "Received: from a by mx\n";
    const results = (text: string): string => `Authentication-Results: mx; ${text}\n${own}${received}`;
    expect(check(results("spf=pass; dkim=none") + FROM).spf).toEqual(aligned);
    expect(check(results("spf=pass smtp.helo=h.example") + FROM).spf).toEqual(aligned);
    expect(check(results("spf=fail") + FROM).spf).toEqual({ result: "fail", aligned: false });
    expect(check(results("spf=pass smtp.mailfrom=b.example") + FROM).spf.aligned).toBe(false);
  });

  it("of HELO is not completed by a field further down, unless the same host wrote it", () => {
    const helo = "Received-SPF: pass identity=helo; helo=h.example\n";
    const mailFrom = "Received-SPF: pass identity=mailfrom; envelope-from=a@mta.example.com\n";
    expect(check(helo + mailFrom + FROM).ok).toBe(false);
    expect(check(`${helo}Received: by mx\n${mailFrom}${FROM}`).ok).toBe(false);
    expect(check(`${helo + mailFrom}Received: by mx\n${FROM}`).spf).toEqual(aligned);
  });
});

describe("DKIM", () => {
  const SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=abc; b=Ab\n C123/x; bh=y\n";
  const OTHER = "DKIM-Signature: v=1; d=b.example; i=@news.b.example; s=def; b=Zz9\n";
  const dkim = (result: string, signatures = "", mode?: AlignmentMode): MessageCheck["dkim"][number] =>
    check(`Authentication-Results: mx; dkim=pass ${result}\n${signatures}${FROM}`, undefined, mode).dkim[0]!;

  // Properties are optional (RFC 8601 §2.2); `header.b` tells signatures apart (RFC 6008).
  it.each([
    ["header.d=example.com header.i=@b.example", "", "example.com"],
    ["header.d=b.example header.i=@example.com", "", "b.example"],
    ["header.i=@news.example.com", "", "news.example.com"],
    ["", SIGNATURE, "example.com"],
    ["", SIGNATURE + SIGNATURE, "example.com"],
    ["", SIGNATURE + OTHER, undefined],
    ["", `${SIGNATURE}DKIM-Signature: s=x\n`, undefined],
    ["", "", undefined],
    ["header.s=abc", SIGNATURE + OTHER, "example.com"],
    ["header.b=AbC123/x", SIGNATURE + OTHER, "example.com"],
    ["header.b=Zz", SIGNATURE + OTHER, "b.example"],
    ["header.i=@news.b.example", SIGNATURE + OTHER, "b.example"],
    // A signature is not of a domain below which its identity does not stand (RFC 6376 §3.5).
    ["header.i=@b.example", "DKIM-Signature: d=example.com; i=@b.example\n", "b.example"],
    ["", "DKIM-Signature: d=b.example; d=example.com\n", undefined],
    ["header.d=under_score.example.com", "", "under_score.example.com"],
    ["header.d=exam\0ple.com", "", undefined],
  ])("passed as %j with %j is of %j", (result, signatures, domain) => {
    const found = dkim(result, signatures);
    expect(found.domain).toBe(domain);
    expect(found.aligned).toBe(domain?.endsWith("example.com") ?? false);
  });

  it("is aligned strictly by the signing domain, not by the identity below it", () => {
    const text = `Authentication-Results: mx; dkim=pass header.i=@news.example.com\nDKIM-Signature: d=example.com; i=@news.example.com\nFrom: a@news.example.com`;
    expect(check(text, undefined, "strict").ok).toBe(false);
    expect(check(text).ok).toBe(true);
  });
});

describe("DMARC", () => {
  const ok = (results: string, more = "", mode?: AlignmentMode): boolean =>
    check(`Authentication-Results: mx; ${results}\n${more}${FROM}`, undefined, mode).ok;
  const SIGNED = "DKIM-Signature: d=example.com\n";

  it.each([
    ["dmarc=pass", "", true],
    ["dmarc=pass header.from=example.com", "", true],
    ["dmarc=pass header.from=<a@example.com>; dkim=pass", "", true],
    ["dkim=pass; spf=pass smtp.mailfrom=a@b.example; dmarc=pass", "", true],
    ["spf=pass smtp.mailfrom=a@b.example; dmarc=pass", SIGNED, true],
    ["dkim=fail header.d=example.com; dmarc=pass", "", true],
    ["dkim=pass; spf=pass; dmarc=fail", SIGNED, false],
    ["dkim=pass; spf=pass", "", false],
    // Everything is said, and nothing of it is aligned.
    ["dkim=pass header.d=b.example; spf=pass smtp.mailfrom=b.example; dmarc=pass", "", false],
    ["dkim=fail header.d=example.com; spf=pass smtp.mailfrom=b.example; dmarc=pass", "", false],
    // About another domain, as after a list has changed From.
    ["dmarc=pass header.from=b.example", "", false],
    ["dmarc=pass (p=none dis=none) d=b.example", "", false],
    ["dmarc=fail header.from=b.example; dkim=pass header.d=example.com", "", true],
    ["dmarc=pass; dmarc=fail", "", false],
  ])("%j with %j: %j", (results, more, expected) => expect(ok(results, more)).toBe(expected));

  it("is not enough where the file says strict and only the organizational domain passed", () => {
    const results = "spf=pass smtp.mailfrom=mail.example.com; dkim=none; dmarc=pass";
    expect(ok(results)).toBe(true);
    expect(ok(results, "", "strict")).toBe(false);
  });
});

describe("organizational domains", () => {
  const ok = (from: string, domain: string, dmarc = "", publishing: readonly string[] = []): boolean =>
    check(
      `Authentication-Results: mx; dkim=pass header.d=${domain}; spf=none smtp.mailfrom=x.example${dmarc}\nFrom: a@${from}`,
      undefined,
      "relaxed",
      publishing,
    ).ok;

  it.each([
    ["example.com", "mail.example.com", true],
    ["news.example.com", "example.com", true],
    ["a.example.com", "b.example.com", true],
    ["example.com", "notexample.com", false],
    ["example.com.evil.test", "example.com", false],
    ["a.co.uk", "b.co.uk", false],
    ["co.uk", "b.co.uk", false],
    ["xn--bcher-kva.example", "mail.bücher.example", true],
    ["my_shop.example.com", "example.com", true],
  ])("From %s and %s: aligned %j", (from, domain, expected) => expect(ok(from, domain)).toBe(expected));

  // RFC 9989 §4.10.2: what a private suffix is, its DMARC record says; the list does not.
  it("below a private suffix are told by the records that are known, or by the receiver", () => {
    expect(ok("a.github.io", "b.github.io")).toBe(false);
    expect(ok("a.github.io", "b.github.io", "; dmarc=fail")).toBe(false);
    expect(ok("a.github.io", "b.github.io", "; dmarc=pass")).toBe(true);
    expect(ok("a.github.io", "b.github.io", "", ["github.io"])).toBe(true);
    expect(ok("a.github.io", "b.github.io", "", ["a.github.io"])).toBe(false);
    expect(ok("a.github.io", "x.a.github.io")).toBe(true);
    // The suffix itself sends.
    expect(ok("github.io", "mail.github.io")).toBe(true);
    expect(ok("github.io", "mail.github.io", "; dmarc=fail")).toBe(false);
    expect(ok("a.github.io", "github.io")).toBe(false);
    expect(ok("a.co.uk", "b.co.uk", "; dmarc=pass")).toBe(false);
  });
});

describe("several receivers and forged fields", () => {
  const RECEIVED = "Received: from a by b\n";
  const field = (id: string, results: string): string => `Authentication-Results: ${id}; ${results}\n`;
  const PASS = "dkim=pass header.d=example.com; spf=pass smtp.mailfrom=example.com; dmarc=pass";

  it("takes the names of one receiver together (RFC 8601 §2.5)", () => {
    const text = `${field("OpenDMARC", "dmarc=pass header.from=example.com")}${field("mail.example.net", "dkim=pass header.d=example.com")}${RECEIVED}${FROM}`;
    expect(check(text)).toMatchObject({
      ok: true,
      authservId: "opendmarc",
      countedIds: ["opendmarc", "mail.example.net"],
      dkim: [{ aligned: true }],
      dmarc: "pass",
    });
    const below = `${RECEIVED}${field("dmarc.mx.example.net", "dmarc=pass")}X-Info: a\n${field("dkim.mx.example.net", "dkim=pass header.d=example.com")}${RECEIVED}${FROM}`;
    expect(check(below)).toMatchObject({ ok: true, dkim: [{ aligned: true }] });
    expect(check(below, "dkim.mx.example.net")).toMatchObject({
      countedIds: ["dkim.mx.example.net"],
      dmarc: "none",
    });
  });

  it("does not let another name say otherwise", () => {
    const fail = field(
      "mx.example.net",
      "dkim=fail header.d=example.com; spf=fail smtp.mailfrom=example.com",
    );
    expect(check(`${fail}${field("x.example.net", PASS)}${RECEIVED}${FROM}`)).toMatchObject({
      spf: { aligned: false },
      dkim: [{ aligned: false }],
      ok: false,
    });
  });

  it.each([
    ["below the receiver's Received field", `${RECEIVED}${field("mx.evil.test", PASS)}`],
    ["with the receiver's name, below it", `${RECEIVED}${field("mx.example.net", PASS)}`],
    ["directly below its results", field("mx.evil.test", PASS)],
    ["among the sender's fields", `Subject: x\n${field("mx.example.net", PASS)}`],
    ["without a name", `Authentication-Results: ${PASS}\n`],
    ["in a comment", `X: (\n ${field("mx.example.net", PASS)}`],
    ["behind a bare carriage return", `Subject: x\r${field("mx.example.net", PASS)}`],
    ["as ARC", `ARC-Authentication-Results: i=9; mx.evil.test; ${PASS}\n`],
    ["as Received-SPF", "Received-SPF: pass envelope-from=a@example.com\n"],
  ])("does not believe forged results %s", (_, forged) => {
    for (const own of ["none", "dkim=none", "dkim=fail header.d=x.example; dmarc=fail"]) {
      expect(check(`${field("mx.example.net", own)}${forged}${FROM}`).ok).toBe(false);
    }
  });

  it("is not changed by anything that stands below the receiver's Received field", () => {
    const names = [
      "Authentication-Results",
      "ARC-Authentication-Results",
      "Received-SPF",
      "DKIM-Signature",
      "Received",
    ];
    const values = [
      `mx.example.net; ${PASS}`,
      `mx.evil.test; ${PASS}`,
      PASS,
      `i=50; mx.example.net; ${PASS}`,
      "pass identity=mailfrom; envelope-from=a@example.com; receiver=mx.example.net",
      "d=example.com; s=abc; b=x",
      "(",
      '"',
    ];
    const forged = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), {
      maxLength: 6,
    });
    const results = fc.constantFrom(
      "none",
      "dkim=fail header.d=example.com; spf=fail smtp.mailfrom=a@example.com; dmarc=fail",
      "dkim=none; spf=pass smtp.helo=h.example",
      "spf=pass smtp.mailfrom=a@b.example; dkim=pass header.d=b.example",
      "bimi=none",
    );
    fc.assert(
      fc.property(results, forged, (own, fields) => {
        const below = fields.map(([name, value]) => `${name}: ${value}\n`).join("");
        const { ok, spf, dkim, dmarc } = check(`${field("mx.example.net", own)}${RECEIVED}${below}${FROM}`);
        const plain = check(`${field("mx.example.net", own)}${RECEIVED}${FROM}`);
        expect({ ok, spf, dkim, dmarc }).toEqual({
          ok: false,
          spf: plain.spf,
          dkim: plain.dkim,
          dmarc: plain.dmarc,
        });
      }),
    );
  });

  it.each([51, 99])("does not believe ARC instance %i, which cannot be (RFC 8617 §4.2.1)", (instance) =>
    expect(check(`ARC-Authentication-Results: i=${instance}; x; ${PASS}\n${FROM}`).source).toBe("none"),
  );

  it("reads ARC with comments around its instance", () =>
    expect(check(`ARC-Authentication-Results: (a) i (b) = (c) 1 (d) ; mx 1; ${PASS}\n${FROM}`)).toMatchObject(
      {
        ok: true,
        authservId: "mx",
      },
    ));
});
