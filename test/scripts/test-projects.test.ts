import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OTHERS = ["node_modules", ".git"];

/** Every test file of the clone, wherever it is. */
function testFiles(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return OTHERS.includes(entry.name) ? [] : testFiles(path);
    return entry.name.endsWith(".test.ts") ? [relative(ROOT, path)] : [];
  });
}

interface Listed {
  readonly file: string;
  readonly projectName: string;
}

describe("the projects of the tests", () => {
  const vitest = fileURLToPath(new URL("node_modules/vitest/vitest.mjs", `file://${ROOT}`));
  const output = execFileSync(process.execPath, [vitest, "list", "--filesOnly", "--json"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const listed = (JSON.parse(output) as Listed[]).map((each) => ({
    ...each,
    file: relative(ROOT, each.file),
  }));

  it("hold every test file, each in one", () => {
    expect(listed.map(({ file }) => file).sort()).toEqual(testFiles().sort());
  });

  it.each([
    ["test/domain/rules.test.ts", "unit"],
    ["test/cli/format/table.test.ts", "unit"],
    ["test/domain/any-file.fuzz.test.ts", "fuzz"],
    ["test/sandbox/dns/any-query.fuzz.test.ts", "fuzz"],
    ["test/e2e/story.test.ts", "scenarios"],
    ["test/cli/validate.test.ts", "scenarios"],
    ["test/cli/sandbox/demo.test.ts", "scenarios"],
    ["test/sandbox/engine/steps.test.ts", "scenarios"],
  ])("%s is one of %s", (file, project) => {
    expect(listed.filter((each) => each.file === file)).toEqual([{ file, projectName: project }]);
  });
});
