import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { split, unusedAllowances } from "../../src/domain/allowances.js";
import { checkStacks } from "../../src/cli/check-stacks.js";
import { readDomainFiles } from "../../src/domain/read.js";
import { RULE_NAMES, RULES } from "../../src/rules/catalogue/rules.js";
import { fleetRules } from "../../src/rules/catalogue/fleet-rules.js";
import { checkFleet } from "../../src/rules/check-fleet.js";
import { FLEET_RULE_EXAMPLES } from "../fleet/rule-examples.js";
import { FOLDER_EXAMPLES } from "./folder-examples.js";
import { RULE_EXAMPLES } from "./rule-examples.js";
import { STACK_EXAMPLES } from "./stack-examples.js";
import { rulesMarkdown } from "./rules-doc.js";
import { brief, load } from "./support.js";

describe.each(RULE_EXAMPLES)("$rule", ({ rule, bad, at, good, options }) => {
  it("is reported once, at the place of the mistake", () => {
    const found = load(bad, options).diagnostics.filter((diagnostic) => diagnostic.rule === rule);
    expect(found.map(brief)).toEqual([`${at} ${rule}`]);
    expect(found[0]!.severity).toBe(RULES[rule].severity);
    expect(found[0]!.message).not.toBe("");
    expect(found[0]!.hint).not.toBe("");
  });

  it("is content with the corrected file", () => {
    expect(load(good, options).diagnostics).toEqual([]);
  });
});

describe.each(FOLDER_EXAMPLES)("$rule", ({ rule, bad, at, good }) => {
  const read = async (entries: typeof bad) => {
    const root = await mkdtemp(join(tmpdir(), "mailstack-rule-"));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const folder = join(root, "domains");
    await mkdir(folder);
    for (const [name, entry] of Object.entries(entries)) {
      if (typeof entry === "string") await writeFile(join(folder, name), entry);
      else await symlink(entry.linkTo, join(folder, name));
    }
    const { diagnostics } = await readDomainFiles([folder]);
    return diagnostics.map(({ rule, file, severity }) => [rule, relative(root, file), severity]);
  };

  it("is reported once, at the place of the mistake", async () => {
    expect(await read(bad)).toEqual([[rule, at, RULES[rule].severity]]);
  });

  it("is content with the corrected folder", async () => {
    expect(await read(good)).toEqual([]);
  });
});

describe.each(STACK_EXAMPLES)("$rule", ({ rule, bad, at, good }) => {
  const check = async (files: typeof bad) => {
    const root = await mkdtemp(join(tmpdir(), "mailstack-rule-"));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    const { diagnostics } = await checkStacks(root, { region: "us-east-1" });
    return diagnostics.map(({ file, line, column, rule, severity }) => [
      `${relative(root, resolve(file))}:${line}:${column} ${rule}`,
      severity,
    ]);
  };

  it("is reported once, at the place of the mistake", async () => {
    expect(await check(bad)).toEqual([[`${at} ${rule}`, RULES[rule].severity]]);
  });

  it("is content with the corrected files", async () => {
    expect(await check(good)).toEqual([]);
  });
});

describe("the catalogue", () => {
  it("has a failing and a passing example for every rule, once", () => {
    const examples = [...STACK_EXAMPLES, ...RULE_EXAMPLES, ...FOLDER_EXAMPLES, ...FLEET_RULE_EXAMPLES];
    expect(examples.map(({ rule }) => rule).sort()).toEqual([...RULE_NAMES].sort());
  });

  it("knows the rules of the fleet, so that a file can allow them", () => {
    expect(RULES).toMatchObject(fleetRules);
  });
});

describe("missing-region", () => {
  it("is reported at the file when neither file, defaults nor options give one", () => {
    expect(
      load({ "yourdomain.com.yaml": "# ours\ndomain: yourdomain.com\n" }, {}).diagnostics.map(brief),
    ).toEqual(["yourdomain.com.yaml:2:1 missing-region"]);
  });

  it.each([
    [
      "the file",
      "eu-west-2",
      {
        "yourdomain.com.yaml": "domain: yourdomain.com\nregion: eu-west-2\n",
        "_defaults.yaml": "region: eu-west-3\n",
      },
    ],
    [
      "the defaults",
      "eu-west-3",
      { "yourdomain.com.yaml": "domain: yourdomain.com\n", "_defaults.yaml": "region: eu-west-3\n" },
    ],
    ["the options", "eu-north-1", { "yourdomain.com.yaml": "domain: yourdomain.com\n" }],
  ])("takes the Region from %s", (_, region, files) => {
    const { domains, diagnostics } = load(files, { defaultRegion: "eu-north-1" });
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.identities.map((identity) => identity.region)).toEqual([region]);
  });

  it("is not reported as a consequence of a wrong Region in the defaults", () => {
    const found = load(
      { "yourdomain.com.yaml": "domain: yourdomain.com\n", "_defaults.yaml": "region: mars-1\n" },
      {},
    );
    expect(found.diagnostics.map(brief)).toEqual(["_defaults.yaml:1:9 unknown-region"]);
    expect(found.domains).toEqual([]);
  });

  it("refuses a default Region without SES", () => {
    const found = load(
      { "yourdomain.com.yaml": "domain: yourdomain.com\n" },
      { defaultRegion: "cn-north-1" },
    );
    expect(found.diagnostics.map(brief)).toEqual(["yourdomain.com.yaml:1:1 unknown-region"]);
  });
});

describe("file-too-large", () => {
  it.each([
    [65536, []],
    [65537, ["yourdomain.com.yaml:1:1 file-too-large"]],
  ])("%i bytes", (size, expected) => {
    const text = "domain: yourdomain.com\n";
    const file = text + "#".repeat(size - text.length);
    expect(load({ "yourdomain.com.yaml": file }).diagnostics.map(brief)).toEqual(expected);
  });
});

describe("not-utf8", () => {
  it.each([
    ["a Latin-1 letter", Buffer.from("domain: yourdomain.com\ntags: { café: x }\n", "latin1"), "2:12"],
    [
      "a character that is cut off at the end",
      Buffer.concat([Buffer.from("domain: é "), Buffer.from([0xe2, 0x82])]),
      "1:11",
    ],
    ["UTF-16", Buffer.from("\ufeffdomain: yourdomain.com\n", "utf16le"), "1:1"],
    ["a surrogate", Buffer.from([0x61, 0x3a, 0x20, 0xed, 0xa0, 0x80]), "1:4"],
  ])("%s", (_, bytes, position) => {
    expect(load({ "yourdomain.com.yaml": bytes }).diagnostics.map(brief)).toEqual([
      `yourdomain.com.yaml:${position} not-utf8`,
    ]);
  });

  it("takes a byte-order mark, CRLF and any UTF-8", () => {
    const { domains, diagnostics } = load({
      "yourdomain.com.yaml": "\ufeffdomain: yourdomain.com\r\ntags:\r\n  größe: 大\r\n",
    });
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.identities[0]!.tags).toEqual({ größe: "大" });
  });

  it("counts columns after a byte-order mark as editors do", () => {
    expect(
      load({ "yourdomain.com.yaml": "\ufeffdomian: yourdomain.com\r\nttl: 5\r\n" }).diagnostics.map(brief),
    ).toEqual([
      "yourdomain.com.yaml:1:1 missing-key",
      "yourdomain.com.yaml:1:1 unknown-key",
      "yourdomain.com.yaml:2:6 invalid-value",
    ]);
  });
});

describe("allow", () => {
  const misnamed = (allow: string) => ({ "mydomain.com.yaml": `domain: yourdomain.com\n${allow}` });
  const entry = "allow:\n  - rule: file-name-mismatch\n    reason: the old name is linked\n";

  it("lets a domain through in spite of an error, and shows the reason", () => {
    const { domains, diagnostics, allowed } = load(misnamed(entry));
    expect(diagnostics).toEqual([]);
    expect(domains.map(({ domain }) => domain)).toEqual(["yourdomain.com"]);
    expect(allowed.map((diagnostic) => [brief(diagnostic), diagnostic.reason])).toEqual([
      ["mydomain.com.yaml:1:9 file-name-mismatch", "the old name is linked"],
    ]);
    expect(unusedAllowances(domains, allowed)).toEqual([]);
  });

  it("suppresses what other rooms report about the domain, wherever it stands", () => {
    const { domains } = load({
      "yourdomain.com.yaml":
        "domain: yourdomain.com\nallow: [{ rule: dmarc-strict-spf-alignment, reason: DKIM aligns }]\n",
      "example.net.yaml": "domain: example.net\n",
      "_defaults.yaml": "dmarc: { alignment: { spf: strict } }\n",
    });
    const { diagnostics, allowed } = split(checkFleet(domains));
    expect(diagnostics).toMatchObject([{ file: "domains/_defaults.yaml", domain: "example.net" }]);
    expect(allowed).toMatchObject([
      { file: "domains/_defaults.yaml", domain: "yourdomain.com", reason: "DKIM aligns" },
    ]);
    expect(unusedAllowances(domains, allowed)).toEqual([]);
  });

  it("warns of an entry that nothing needs, once even if it is a default", () => {
    const { domains, allowed } = load({
      "yourdomain.com.yaml": "domain: yourdomain.com\n",
      "example.net.yaml": "domain: example.net\n",
      "_defaults.yaml": entry,
    });
    expect(unusedAllowances(domains, allowed).map(brief)).toEqual(["_defaults.yaml:2:11 unused-allow"]);
  });

  it("does not call a default unused that one domain needs", () => {
    const { domains, allowed } = load({
      ...misnamed(""),
      "example.net.yaml": "domain: example.net\n",
      "_defaults.yaml": entry,
    });
    expect(domains).toHaveLength(2);
    expect(unusedAllowances(domains, allowed)).toEqual([]);
  });
});

it("keeps docs/rules.md current (renew it with `npx vitest run test/domain/rules.test.ts -u`)", async () => {
  await expect(await rulesMarkdown()).toMatchFileSnapshot("../../docs/rules.md");
});
