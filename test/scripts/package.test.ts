import { execFileSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { mailstack } from "../cli/mailstack.js";
import { useWorkspace } from "../cli/workspace.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const workspace = useWorkspace();

it("packs the product without the sandbox, and what is packed runs and says so", async () => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  const [{ files }] = JSON.parse(output.toString()) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => /^(sandbox|src|test)\//.test(path))).toEqual([]);
  for (const path of paths) cpSync(join(root, path), join(workspace.path, path));
  symlinkSync(join(root, "node_modules"), join(workspace.path, "node_modules"));
  const run = (...args: string[]) => mailstack(args, { bin: join(workspace.path, "bin", "mailstack.js") });

  expect((await run("schema")).code).toBe(0);
  const { code, stdout } = await run("sandbox", "up", "--json");
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
    code: 2,
    error: { code: "no-sandbox", hint: "run mailstack sandbox in a clone of the repository" },
  });
});
