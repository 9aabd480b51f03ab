import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** Loads the SDK as the program does, and then uses what it has left out so far. */
const PROGRAM = `
import { createRequire } from "node:module";
await import(process.argv[2]);
const require = createRequire(process.argv[2]);
const pulumi = require("@pulumi/pulumi");
const BIG = /node_modules\\/(typescript\\/lib\\/typescript|@npmcli\\/arborist\\/lib\\/node|@pulumi\\/pulumi\\/automation\\/stack)\\.js$/;
const big = () => Object.keys(require.cache).filter((path) => BIG.test(path)).length;
const atStart = big();
const { text } = await pulumi.runtime.serializeFunction(() => 6 * 7);
const codePaths = await pulumi.runtime.computeCodePaths({ extraIncludePaths: ["package.json"] });
console.log(JSON.stringify({
  atStart,
  text,
  codePaths: [...codePaths.keys()],
  automation: Object.keys(pulumi.automation),
  stack: "Stack" in pulumi.automation && typeof pulumi.automation.Stack.createOrSelect,
  atEnd: big(),
}));
`;

test(
  "the SDK's heavy parts load when they are used, and work as without us",
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "mailstack-lean-"));
    try {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "lean", version: "1.0.0" }));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: lean\nruntime: nodejs\n");
      writeFileSync(join(folder, "program.mjs"), PROGRAM);
      const entry = new URL("../../dist/stack/lean-sdk.js", import.meta.url).href;
      const { stdout } = await run(process.execPath, ["program.mjs", entry], { cwd: folder });
      expect(JSON.parse(stdout)).toEqual({
        atStart: 0,
        text: expect.stringContaining("() => 6 * 7") as string,
        codePaths: ["package.json"],
        automation: expect.arrayContaining(["LocalWorkspace", "Stack"]) as string[],
        stack: "function",
        atEnd: 3,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
