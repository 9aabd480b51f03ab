import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
// With types, the linter would take the file from disk instead of the source that is given here.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** What the project's own configuration says of a source, as if it stood in the file. */
async function problems(file: string, source: string): Promise<readonly Linter.LintMessage[]> {
  const [result] = await eslint.lintText(source, { filePath: join(root, file) });
  return result!.messages.filter(({ ruleId }) => ruleId !== "mailstack/sandbox-border");
}

/** The rules that the source breaks. */
async function broken(file: string, source: string): Promise<(string | null)[]> {
  return [...new Set((await problems(file, source)).map(({ ruleId }) => ruleId))].sort();
}

describe("the rooms", () => {
  it.each([
    ["src/syntax/txt.ts", 'import "../domain/resolve.js";'],
    ["src/syntax/txt.ts", 'export type { SourceFile } from "../domain/sending-domain.js";'],
    ["src/domain/resolve.ts", 'export * from "../fleet/plan.js";'],
    ["src/kinds/dkim.ts", 'import "../fleet/plan.js";'],
    ["src/file/lines.ts", 'import "../rules/fleet-index.js";'],
    ["src/rules/catalogue/rule.ts", 'import "../fleet-index.js";'],
    ["src/rules/fleet-index.ts", 'import "../fleet/plan.js";'],
    ["src/publishers/manual.ts", 'void import("../stack/stack-settings.js");'],
    ["src/contract/verified.ts", 'import "../fleet/plan.js";'],
    ["src/fleet/plan.ts", 'import "../status/verdict.js";'],
    ["src/status/verdict.ts", 'import "../stack/stack-settings.js";'],
    ["src/reports/summary.ts", 'import "../status/verdict.js";'],
    ["src/stack/register-fleet.ts", 'import "../cli/output.js";'],
    ["src/stack/register-fleet.ts", 'import "../api/routes.js";'],
    ["src/api/routes.ts", 'import "../stack/stack-settings.js";'],
    ["src/cli/project.ts", 'import "../stack/stack-settings.js";'],
    ["src/index.ts", 'import "./cli/main.js";'],
  ])("import only what lies below them: %s: %s", async (file, source) => {
    expect(await broken(file, source)).toContain("import-x/no-restricted-paths");
  });

  it.each([
    [
      "src/domain/load-domains.ts",
      'import "../syntax/txt.js"; import "../kinds/index.js"; import "./issues.js";',
    ],
    [
      "src/stack/register-fleet.ts",
      'import "../status/verdict.js"; import "@pulumi/pulumi"; import "node:fs";',
    ],
    ["src/cli/project.ts", 'import "../api/routes.js"; import "../reports/summary.js";'],
    ["test/syntax/txt.test.ts", 'import "../../src/cli/output.js";'],
  ])("may import what lies below them: %s: %s", async (file, source) => {
    expect(await broken(file, source)).toEqual([]);
  });

  const pure = [
    "src/file/lines.ts",
    "src/syntax/txt.ts",
    "src/rules/catalogue/rule.ts",
    "src/rules/zone.ts",
    "src/domain/resolve.ts",
    "src/kinds/dkim.ts",
    "src/contract/verified.ts",
    "src/fleet/plan.ts",
    "src/reports/summary.ts",
  ];

  it.each(pure)("are pure: %s", async (file) => {
    const lines: readonly (readonly [source: string, rule: string])[] = [
      ['import "node:fs";', "no-restricted-imports"],
      ['import type {} from "node:fs/promises";', "no-restricted-imports"],
      ['import "node:dns/promises";', "no-restricted-imports"],
      ['import { connect } from "node:net"; connect(1);', "no-restricted-imports"],
      ['import "@pulumi/pulumi/output.js";', "no-restricted-imports"],
      ['import "@aws-sdk/client-sesv2";', "no-restricted-imports"],
      ['void import("node:fs");', "no-restricted-syntax"],
      ["export const now = Date.now();", "no-restricted-properties"],
      ["export const today = new Date();", "no-restricted-syntax"],
      ["export const text = Date();", "no-restricted-syntax"],
      ["export const elapsed = performance.now();", "no-restricted-globals"],
      ["export const chance = Math.random();", "no-restricted-properties"],
      ["export const region = process.env;", "no-restricted-globals"],
    ];
    const found = await problems(file, lines.map(([source]) => source).join("\n"));
    expect(found.map(({ line, ruleId }) => [line, ruleId])).toEqual(
      lines.map(([, rule], index) => [index + 1, rule]),
    );
  });

  it.each(pure)("may compute: %s", async (file) => {
    const source =
      'import "node:url"; import { isIP } from "node:net"; export const at = [new Date(0), isIP("")];';
    expect(await broken(file, source)).toEqual([]);
  });
});

describe("import cycles", () => {
  it.each([
    ["src/syntax/txt.ts", 'import "./txt-mark.js"; import "./dkim-key.js";', []],
    // `build.ts` imports it, and `foreign.ts` imports that.
    ["src/syntax/dmarc/report-uri.ts", 'import "./build.js";', ["import-x/no-cycle"]],
    [
      "src/syntax/dmarc/report-uri.ts",
      'import { dmarcValue } from "./foreign.js"; dmarcValue();',
      ["import-x/no-cycle"],
    ],
    [
      "src/syntax/dmarc/report-uri.ts",
      'void import("./build.js");',
      ["import-x/no-cycle", "no-restricted-syntax"],
    ],
    ["sandbox/src/run/environment.ts", 'import "./zones.js";', ["import-x/no-cycle"]],
    ["src/syntax/dmarc/report-uri.ts", 'export {}; import type {} from "./build.js";', []],
  ])("are found: %s: %s", async (file, source, expected) => {
    expect(await broken(file, source)).toEqual(expected);
  });
});
