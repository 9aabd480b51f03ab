import { cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { RULES, type RuleName } from "../../src/rules/catalogue/rules.js";
import { stackRules } from "../../src/rules/catalogue/stack-rules.js";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const CORPUS = fileURLToPath(new URL("corpus", import.meta.url));
/** Each folder holds domain files and, counted by hand, the diagnostics that they must give. */
const FOLDERS = readdirSync(CORPUS).sort();
/** Checked without `--region`: with it, no Region is missing. */
const WITHOUT_REGION = "region-nowhere";

/** Rules that no few files can break, each with the reason and tested where it stands. */
const NOT_BY_FILES: Readonly<Partial<Record<RuleName, string>>> = {
  "identities-per-region": "takes ten thousand files",
  "file-name-on-windows": "a checkout on Windows could not hold the file",
};

interface Found {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: RuleName;
}

const workspace = useWorkspace();
beforeEach(() => {
  cpSync(CORPUS, workspace.path, { recursive: true });
  // Not every checkout can hold a link.
  symlinkSync("gone.yaml", join(workspace.path, "link-to-nowhere/yourdomain.com.yaml"));
});

/** `folder/file:line:column rule` of what one run over the folders finds. */
async function validate(folders: readonly string[], ...options: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await mailstack(["validate", "--json", ...options, ...folders], {
    cwd: workspace.path,
  });
  expect({ code: code === 0 || code === 1, stderr }).toEqual({ code: true, stderr: "" });
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Found[] };
  return diagnostics.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`);
}

function expected(folder: string): string[] {
  const lines = readFileSync(join(CORPUS, folder, "expected.txt"), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => (line.startsWith(".:") ? `${folder}${line.slice(1)}` : `${folder}/${line}`));
}

describe("validate on the corpus of bad files", () => {
  it("reports exactly the rule, line and column of each mistake, all folders in one run", async () => {
    const folders = FOLDERS.filter((folder) => folder !== WITHOUT_REGION);
    const found = await validate(folders, "--region", "us-east-1");
    for (const folder of folders) {
      expect.soft(found.filter((line) => folderOf(line) === folder)).toEqual(expected(folder));
    }
    expect(found.filter((line) => !folders.includes(folderOf(line)))).toEqual([]);
  });

  it("and where no Region is given", async () => {
    expect(await validate([WITHOUT_REGION])).toEqual(expected(WITHOUT_REGION));
  });

  // The rules about the stacks' own files are shown in the tests of stacks.
  it("has a bad file for every rule that domain files can break offline", () => {
    const shown = new Set(FOLDERS.flatMap(expected).map((line) => line.split(" ").at(-1)!));
    const missing = (Object.keys(RULES) as RuleName[]).filter(
      (rule) => !shown.has(rule) && !("online" in RULES[rule]) && !(rule in stackRules),
    );
    expect(missing.sort(), "each other rule needs a bad file in test/cli/corpus").toEqual(
      Object.keys(NOT_BY_FILES).sort(),
    );
  });
});

function folderOf(line: string): string {
  return /^[^/:]+/.exec(line)![0];
}
