import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderDiagnostic } from "../../src/file/code-frame.js";
import { SAMPLE_PUBLIC_KEY } from "./rule-examples.js";
import { brief, load } from "./support.js";

const D = "yourdomain.com.yaml";
const withLines = (lines: string, defaults = "") =>
  load({ [D]: `domain: yourdomain.com\n${lines}\n`, "_defaults.yaml": defaults });
const own = "dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }";
const OWN = { selector: "s2026", privateKey: "dkimKey" };

describe("Easy DKIM and a key of one's own", () => {
  it.each<[string, string, string, object]>([
    [
      "a key over Easy DKIM's defaults",
      own,
      "dkim: { keyLength: 1024, hostedZone: dkim.example.net }\n",
      OWN,
    ],
    ["Easy DKIM over a default key", "dkim: { keyLength: 1024 }", `${own}\n`, { keyLength: 1024 }],
    ["a default key", "ttl: 300", `${own}\n`, OWN],
    ["a default key, and nothing said of DKIM", "dkim: {}", `${own}\n`, OWN],
    [
      "a key named after the domain",
      "ttl: 300",
      'dkim: { bringYourOwn: { selector: S2026, privateKey: "dkim-{domain}" } }\n',
      { selector: "s2026", privateKey: "dkim-yourdomain.com" },
    ],
    ["a wrong default that the file replaces", own, "dkim: { hostedZone: -x }\n", OWN],
  ])("%s", (_, lines, defaults, expected) => {
    const { domains } = withLines(lines, defaults);
    expect(domains[0]?.identities[0]!.dkim).toEqual(expected);
  });

  it("take each other's place also below a Region", () => {
    const { domains, diagnostics } = withLines(
      [
        own,
        "regions:",
        "  us-east-1: {}",
        "  eu-west-1: { mailFrom: { subdomain: mail-eu }, dkim: { keyLength: 1024 } }",
      ].join("\n"),
    );
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.identities.map(({ dkim }) => dkim)).toEqual([OWN, { keyLength: 1024 }]);
  });
});

it.each([
  ["''", "the selector is empty"],
  ["s2026._domainkey", "the selector is only the part before `._domainkey`"],
  ["mail.s2026", "the selector has several labels; RFC 6376 allows that, but SES accepts only one"],
  ["s_2026", "a selector can contain only letters, digits and inner hyphens"],
  ["s2026-", "a selector can contain only letters, digits and inner hyphens"],
  ["a".repeat(64), "the selector is 64 characters long; DNS and SES allow 63"],
])("the selector %s is refused", (selector, message) => {
  const { diagnostics } = withLines(`dkim: { bringYourOwn: { selector: ${selector}, privateKey: dkimKey } }`);
  expect(diagnostics.map((found) => [brief(found), found.message])).toEqual([
    [`${D}:2:35 dkim-selector`, message],
  ]);
});

it("a selector that makes the name too long is refused", () => {
  const domain = `${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(50)}.yourdomain.com`;
  const { diagnostics } = load({
    [`${domain}.yaml`]: `domain: ${domain}\ndkim: { bringYourOwn: { selector: ${"s".repeat(60)}, privateKey: dkimKey } }\n`,
  });
  expect(diagnostics.map(({ rule, message }) => [rule, message])).toEqual([
    ["dkim-selector", `the name of the DKIM record is ${domain.length + 72} characters long; DNS allows 253`],
  ]);
});

describe("a private key in the file", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const bare = privateKey.export({ type: "pkcs1", format: "der" }).toString("base64");
  const block = `|\n${pem.replace(/^/gm, "      ")}`;

  it.each([
    [
      "as a PEM block",
      `dkim:\n  bringYourOwn:\n    selector: s2026\n    privateKey: ${block}`,
      "dkim-private-key-in-file",
    ],
    [
      "as base64",
      `dkim: { bringYourOwn: { selector: s2026, privateKey: "${bare}" } }`,
      "dkim-private-key-in-file",
    ],
    [
      "as a retired key",
      `dkim: { retired: [{ selector: s2025, until: 2026-12-31, publicKey: "${bare}" }] }`,
      "dkim-private-key-in-file",
    ],
    ["at another place", `dkim:\n  privateKey: ${block.replace(/ {6}/g, "    ")}`, "unknown-key"],
  ])("is refused %s, and shown to nobody", (_, lines, rule) => {
    const text = `domain: yourdomain.com\n${lines}\n`;
    const { diagnostics } = load({ [D]: text });
    expect(diagnostics.map((found) => found.rule)).toEqual([rule]);
    const shown = renderDiagnostic(diagnostics[0]!, text) + JSON.stringify(diagnostics);
    const parts = [
      ...pem.split("\n").filter((line) => !line.includes("-----")),
      bare.slice(0, 40),
      bare.slice(-40),
    ];
    expect(parts.filter((part) => part.length > 3 && shown.includes(part))).toEqual([]);
    expect(shown).toContain("••••");
  });
});

describe("retired keys", () => {
  const entry = (selector: string) =>
    `{ selector: ${selector}, until: 2026-12-31, publicKey: ${SAMPLE_PUBLIC_KEY} }`;
  const retired = (...selectors: string[]) => `retired: [${selectors.map(entry).join(", ")}]`;
  const selectorsOf = (lines: string, defaults = "") => {
    const { domains, diagnostics } = withLines(lines, defaults);
    expect(diagnostics).toEqual([]);
    return domains[0]!.identities.map(({ retiredKeys }) => retiredKeys.map(({ selector }) => selector));
  };

  it.each([
    ["beside Easy DKIM", `dkim: { keyLength: 1024, ${retired("S2025")} }`, "", [["s2025"]]],
    [
      "beside a key in use",
      own.replace(" } }", ` }, ${retired("s2025", "s2024")} }`),
      "",
      [["s2025", "s2024"]],
    ],
    [
      "as a default, whatever signs",
      "dkim: { keyLength: 1024 }",
      `${own.replace(" } }", ` }, ${retired("s2025")} }`)}\n`,
      [["s2025"]],
    ],
    [
      "by Region",
      `dkim: { ${retired("s2025")} }\nregions: { us-east-1: {}, eu-west-1: { mailFrom: { subdomain: m2 }, dkim: { ${retired("s2024")} } } }`,
      "",
      [["s2025"], ["s2024"]],
    ],
  ])("stand %s", (_, lines, defaults, expected) => {
    expect(selectorsOf(lines, defaults)).toEqual(expected);
  });

  it("are published at their selectors, whatever the form of the key", () => {
    const pem = `-----BEGIN PUBLIC KEY-----\n${SAMPLE_PUBLIC_KEY}\n-----END PUBLIC KEY-----`.replace(
      /^/gm,
      "        ",
    );
    const { domains } = withLines(
      `dkim:\n  retired:\n    - selector: s2025\n      until: 2026-12-31\n      publicKey: |\n${pem}`,
    );
    expect(domains[0]!.identities[0]!.retiredKeys).toEqual([
      { selector: "s2025", until: "2026-12-31", publicKey: SAMPLE_PUBLIC_KEY },
    ]);
  });

  it.each([["2026-13-01"], ["2026-02-29"], ["31.12.2026"], ["2026-1-1"], ['"2026-12-31T00:00:00Z"']])(
    "end on a date, not on %s",
    (date) => {
      const { diagnostics } = withLines(`dkim: { retired: [${entry("s2025").replace("2026-12-31", date)}] }`);
      expect(diagnostics.map(({ rule }) => rule)).toEqual(["dkim-retired-date"]);
    },
  );

  it("have names that DNS allows", () => {
    const domain = `${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(50)}.yourdomain.com`;
    const { diagnostics } = load({
      [`${domain}.yaml`]: `domain: ${domain}\ndkim: { retired: [${entry("s".repeat(60))}] }\n`,
    });
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["dkim-selector"]);
  });
});
