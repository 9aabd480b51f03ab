import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
// With types, the linter would take the file from disk instead of the source that is given here.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** What the project's own configuration says of the border, for a source as if it stood in the file. */
async function problems(file: string, source: string): Promise<(string | undefined)[]> {
  const [result] = await eslint.lintText(source, { filePath: join(root, file) });
  return result!.messages
    .filter(({ ruleId }) => ruleId === "mailstack/sandbox-border")
    .map(({ messageId }) => messageId);
}

describe("lint", () => {
  it.each([
    ["src/index.ts", 'import "#sandbox";'],
    ["src/index.ts", 'void import("#sandbox");'],
    ["src/status/ses-reader.ts", 'import type { Services } from "#sandbox";'],
    ["src/status/ses-reader.ts", 'export type A = import("@mailstack/sandbox").Services;'],
    ["src/cli/commands.ts", 'import "../../sandbox/src/faults.js";'],
    ["src/cli/commands.ts", 'export * from "../../sandbox/dist/index.js";'],
  ])("lets no file of the product but the sandbox's commands reach it: %s: %s", async (file, source) => {
    expect(await problems(file, source)).toEqual(["inwards"]);
  });

  it.each([
    ["src/cli/commands.ts", 'import "./sandbox/register.js";', ["eager"]],
    ["src/cli/commands.ts", 'void import("./sandbox/register.js");', []],
    ["src/cli/sandbox/run.ts", 'import "#sandbox";', []],
  ])("has the sandbox's commands loaded when one is asked for: %s: %s", async (file, source, expected) => {
    expect(await problems(file, source)).toEqual(expected);
  });

  it.each([
    ["sandbox/src/faults.ts", 'import "../../src/file/paths.js";'],
    ["sandbox/src/faults.ts", 'void import("../../dist/index.js");'],
    ["sandbox/src/run/zones.ts", 'import "../../../test/cli/workspace.js";'],
    ["sandbox/src/faults.ts", 'export * from "mailstack";'],
  ])("lets the sandbox import nothing of the product: %s: %s", async (file, source) => {
    expect(await problems(file, source)).toEqual(["outwards"]);
  });

  it("lets each import only what its own package.json declares", async () => {
    const grpc = 'import type {} from "@grpc/grpc-js";\nimport "google-protobuf/google/protobuf/any_pb.js";';
    expect(await problems("src/index.ts", grpc)).toEqual(["undeclared", "undeclared"]);
    expect(await problems("sandbox/src/faults.ts", grpc)).toEqual([]);
    expect(await problems("sandbox/src/faults.ts", 'import "commander";')).toEqual(["undeclared"]);
    expect(await problems("src/index.ts", 'import "node:fs/promises"; import "@pulumi/aws/x.js";')).toEqual(
      [],
    );
  });
});

describe("package.json of the sandbox", () => {
  it("names the versions that the project's own names", () => {
    type Package = Readonly<Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>>;
    const read = (name: string): Package => JSON.parse(readFileSync(join(root, name), "utf8")) as Package;
    const all = ({ dependencies, devDependencies }: Package) => ({ ...devDependencies, ...dependencies });
    expect(all(read("package.json"))).toMatchObject(all(read("sandbox/package.json")));
  });
});
