import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalName,
  dnsName,
  isAtOrBelow,
  registrableDomain,
  sendingDomainProblems,
} from "../../src/file/names.js";

const label63 = "a".repeat(63);

describe("dnsName", () => {
  it.each([
    ["_dmarc.Example.com.", "_dmarc.example.com"],
    ["under_score.bücher.example", "under_score.xn--bcher-kva.example"],
    ["example.com", "example.com"],
  ])("takes %j as %j", (text, name) => expect(dnsName(text)).toBe(name));

  it.each(["", ".", "a b", "a@b", "[192.0.2.1]", "a..b", "-a.example", `${"_".repeat(64)}.example`])(
    "takes %j for no name",
    (text) => expect(dnsName(text)).toBeUndefined(),
  );

  it("agrees with canonicalName on what has no underscore", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const result = canonicalName(text);
        const name = "name" in result ? result.name : undefined;
        const other = dnsName(text);
        expect(other?.includes("_") === true ? undefined : other).toBe(name);
      }),
    );
  });
});

describe("canonicalName", () => {
  it.each([
    ["yourdomain.com", "yourdomain.com"],
    ["YourDomain.COM", "yourdomain.com"],
    ["yourdomain.com.", "yourdomain.com"],
    ["1and1.com", "1and1.com"],
    ["r3---sn-x.example.com", "r3---sn-x.example.com"],
    // The examples of RFC 3492 §7.1 and UTS #46.
    ["bücher.example", "xn--bcher-kva.example"],
    ["BÜCHER.example", "xn--bcher-kva.example"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["faß.de", "xn--fa-hia.de"],
    ["日本語。jp", "xn--wgv71a119e.jp"],
    [`${label63}.com`, `${label63}.com`],
    [
      `${label63}.${label63}.${label63}.${"a".repeat(61)}`,
      `${label63}.${label63}.${label63}.${"a".repeat(61)}`,
    ],
  ])("%s → %s", (text, name) => {
    expect(canonicalName(text)).toEqual({ name });
  });

  it.each([
    [""],
    ["."],
    ["a..com"],
    [".com"],
    ["a.com.."],
    ["-a.com"],
    ["a-.com"],
    ["a_b.com"],
    ["a b.com"],
    ["a%62.com"],
    ["a\tb.com"],
    ["a\\b.com"],
    ["a:25"],
    ["[::1]"],
    [`${"a".repeat(64)}.com`],
    [`${label63}.${label63}.${label63}.${"a".repeat(62)}`],
    ["xn--a.com"],
    ["xn--a-.com"],
    ["xn--.com"],
    ["mail.xn--zzzzzz.com"],
    ["xn--\u00fc.com"],
  ])("refuses %j", (text) => {
    expect(canonicalName(text)).toHaveProperty("problem");
  });

  it("is its own fixed point, and always letters, digits and hyphens", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const result = canonicalName(text);
        if ("problem" in result) return;
        expect(result.name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/);
        expect(canonicalName(result.name)).toEqual(result);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("sendingDomainProblems", () => {
  it.each([
    ["yourdomain.com", []],
    ["mail.yourdomain.co.uk", []],
    ["bücher.de", []],
    ["someone.github.io", []],
    ["https://yourdomain.com", ["domain-is-url"]],
    ["yourdomain.com/path", ["domain-is-url"]],
    ["//yourdomain.com/path", ["domain-is-url"]],
    ["../evil.com", ["domain-is-path"]],
    ["./domains/yourdomain.com.yaml", ["domain-is-path"]],
    ["domains/yourdomain.com.yml", ["domain-is-path"]],
    ["/etc/passwd", ["domain-is-path"]],
    ["~/yourdomain.com", ["domain-is-path"]],
    ["..\\evil.com", ["domain-is-path"]],
    ["C:\\domains\\yourdomain.com.yaml", ["domain-is-path"]],
    ["https://yourdomain.com/a.yaml", ["domain-is-url"]],
    ["arn:aws:ses:eu-west-1:123456789012:identity/yourdomain.com", ["domain-is-arn"]],
    ["192.0.2.0/24", ["domain-is-ip-address"]],
    ["2001:db8::/32", ["domain-is-ip-address"]],
    ["a/b@yourdomain.com", ["domain-is-email"]],
    ["mailto:a@yourdomain.com", ["domain-is-email"]],
    ["a@yourdomain.com", ["domain-is-email"]],
    ["@yourdomain.com", ["domain-is-email"]],
    ["*.yourdomain.com", ["domain-is-wildcard"]],
    ["*", ["domain-is-wildcard"]],
    ["192.0.2.1", ["domain-is-ip-address"]],
    ["192.0.2.1.", ["domain-is-ip-address"]],
    ["2001:db8::1", ["domain-is-ip-address"]],
    ["[2001:db8::1]", ["domain-is-ip-address"]],
    ["0x7f.1", ["domain-is-ip-address"]],
    ["com", ["domain-is-public-suffix"]],
    ["co.uk", ["domain-is-public-suffix"]],
    ["localhost", ["domain-is-public-suffix"]],
    ["github.io", ["domain-is-private-suffix"]],
    ["yourdomain.internal", ["unknown-top-level-domain"]],
    ["yourdomain.test", ["unknown-top-level-domain"]],
    ["yourdomain.com:25", ["invalid-domain"]],
    ["your domain.com", ["invalid-domain"]],
    ["your_domain.com", ["invalid-domain"]],
    ["YOURDOMAIN.com", ["domain-not-canonical"]],
    ["yourdomain.com.", ["domain-not-canonical"]],
  ])("%s: %j", (text, rules) => {
    expect(sendingDomainProblems(text).map(({ rule }) => rule)).toEqual(rules);
  });

  it.each([
    ["https://user:secret@yourdomain.com:8443/x?y#z", "write the bare domain: `yourdomain.com`"],
    ["hello@yourdomain.com", "write the part after the @: `yourdomain.com`"],
    ["*.yourdomain.com", "write `yourdomain.com`: a domain's identity also covers its subdomains"],
    ["Yourdomain.com.", "write `yourdomain.com`: lower case, without a trailing dot"],
  ])("the hint for %s is the corrected text", (text, hint) => {
    expect(sendingDomainProblems(text).map((problem) => problem.hint)).toEqual([hint]);
  });
});

describe("registrableDomain", () => {
  it.each([
    ["yourdomain.com", "yourdomain.com"],
    ["a.b.yourdomain.co.uk", "yourdomain.co.uk"],
    ["a.someone.github.io", "someone.github.io"],
    ["github.io", "github.io"],
  ])("%s → %s", (name, registrable) => {
    expect(registrableDomain(name)).toBe(registrable);
  });
});

it("isAtOrBelow compares whole labels", () => {
  expect(isAtOrBelow("mail.a.com", "a.com")).toBe(true);
  expect(isAtOrBelow("a.com", "a.com")).toBe(true);
  expect(isAtOrBelow("ba.com", "a.com")).toBe(false);
  expect(isAtOrBelow("com", "a.com")).toBe(false);
});

describe("a look-alike (UTS 39 §5.2)", () => {
  const rules = (name: string): string[] => sendingDomainProblems(name).map(({ rule }) => rule);

  // Cyrillic а and е, Greek ο, Armenian օ, and Cyrillic words made of letters that look like Latin ones.
  it.each([
    "\u0430cme.com",
    "acm\u0435.com",
    "g\u03bfogle.com",
    "g\u0585ogle.com",
    "www.\u0430cme.com",
    "\u0430\u0440\u0435.com",
  ])("%s", (name) => {
    expect(rules(name)).toContain("domain-looks-like-another");
  });

  it.each([
    "acme.com",
    "bücher.de",
    "москва.com",
    "пример-1.com",
    "日本語ab.jp",
    "カタカナkanjiひらがな漢字.jp",
  ])("%s is none", (name) => {
    expect(rules(name)).not.toContain("domain-looks-like-another");
  });

  it.each(["中文ㄅab.com", "한국ab漢.com", "ελλάδα.com", "ราคา.com", "קום.com"])("%s is none", (name) => {
    expect(rules(name)).not.toContain("domain-looks-like-another");
  });

  // Scripts that Unicode has and no list of common ones: Cherokee, Mongolian, N’Ko, Tifinagh, Canadian syllabics, Yi.
  it.each(["ᏣᎳᎩ.com", "ᠮᠣᠩᠭᠣᠯ-1.com", "ߒߞߏ.com", "ⵜⵉⴼⵉⵏⴰⵖ.com", "ᐃᓄᒃᑎᑐᑦ.ca", "ꆈꌠꁱꂷ.com"])(
    "%s is of one script",
    (name) => {
      expect(rules(name)).not.toContain("domain-looks-like-another");
    },
  );

  // The last: a sound mark that is Hiragana and Katakana alone (ScriptExtensions.txt), beside Cyrillic letters.
  it.each(["ᏣᎳᎩabc.com", "ᠮᠣᠩабв.com", "ⵜⵉⴼα.com", "мирー.com"])("%s is of several", (name) => {
    expect(rules(name)).toContain("domain-looks-like-another");
  });

  it("is seen through Punycode", () => {
    expect(rules("xn--cme-5cd.com")).toContain("domain-looks-like-another");
  });
});

describe("names of devices (Microsoft, Naming Files, Paths, and Namespaces)", () => {
  const rules = (name: string): string[] => sendingDomainProblems(name).map(({ rule }) => rule);

  const DEVICES = ["con", "PRN", "aux", "nul", ...numbered("com"), ...numbered("LPT")];

  it.each(DEVICES)("%s", (name) => {
    for (const domain of [`${name}.com`, `${name}.co.uk`]) {
      expect(rules(domain)).toContain("file-name-on-windows");
    }
  });

  it.each(["icon.com", "com0.com", "lpt0.com", "com10.com", "a.con.com", "console.com", "com.com"])(
    "%s is none",
    (name) => {
      expect(rules(name)).not.toContain("file-name-on-windows");
    },
  );

  function numbered(name: string): string[] {
    return [..."123456789¹²³"].map((digit) => name + digit);
  }
});
