import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { KEEP, publish } from "../../scripts/publish.mjs";
import { useWorkspace } from "../cli/workspace.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
const workspace = useWorkspace();

const at = (name: string): string => join(workspace.path, name);
const read = (name: string): string => readFileSync(at(name), "utf8");

describe("publish", () => {
  function build(files: Readonly<Record<string, string>>, now?: number): void {
    for (const [name, content] of Object.entries(files)) workspace.write(`fresh/${name}`, content);
    publish(at("fresh"), at("dist"), { digest: "abc" }, now);
  }

  it("makes the folder, with its stamp", () => {
    build({ "index.js": "1", "cli/main.js": "2" });
    expect([read("dist/index.js"), read("dist/cli/main.js")]).toEqual(["1", "2"]);
    expect(JSON.parse(read("dist/build.json"))).toMatchObject({ digest: "abc" });
  });

  it("touches no file that is the same", () => {
    build({ "same.js": "1", "other.js": "1" });
    const before = [statSync(at("dist/same.js")).ino, statSync(at("dist/other.js")).ino];
    build({ "same.js": "1", "other.js": "2" });
    expect(statSync(at("dist/same.js")).ino).toBe(before[0]);
    expect(statSync(at("dist/other.js")).ino).not.toBe(before[1]);
    expect(read("dist/other.js")).toBe("2");
  });

  it("keeps what is left over for an hour after the build that left it", () => {
    const start = Date.now();
    build({ "a.js": "1", "gone/b.js": "1" }, start);
    for (const now of [start + 10 * KEEP, start + 11 * KEEP]) {
      build({ "a.js": "2" }, now);
      expect(read("dist/gone/b.js")).toBe("1");
    }
    build({ "a.js": "2" }, start + 11 * KEEP + 1);
    expect(existsSync(at("dist/gone/b.js"))).toBe(false);
  });

  it("breaks no command that loads its modules meanwhile", async () => {
    const version = (n: number) =>
      Object.fromEntries(Array.from({ length: 200 }, (_, m) => [`m${m}.js`, `export const at = ${n};`]));
    workspace.write("package.json", '{ "type": "module" }');
    build(version(0));
    workspace.write(
      "command.js",
      "for (let m = 0; m < 200; m++) {\n" +
        "  await import(`./dist/m${m}.js`);\n" +
        "  await new Promise((resolve) => setTimeout(resolve, 2));\n" +
        "}\n",
    );
    const child = spawn(process.execPath, [at("command.js")], { stdio: ["ignore", "ignore", "inherit"] });
    const ended = once(child, "close");
    for (let n = 1; child.exitCode === null && n < 500; n++) {
      build(version(n));
      await sleep(1);
    }
    expect((await ended)[0]).toBe(0);
  });
});

describe("scripts/build.mjs", () => {
  /** Stands for the compiler: writes what tsc would, and a line for each run. */
  const COMPILER = `
    import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
    import { basename, join } from "node:path";
    const out = process.argv[process.argv.indexOf("--outDir") + 1];
    const sandbox = basename(process.cwd()) === "sandbox";
    appendFileSync(sandbox ? "../runs" : "runs", sandbox ? "s" : "p");
    if (process.env.FAIL === (sandbox ? "sandbox" : "product")) process.exit(1);
    mkdirSync(join(out, "cli"), { recursive: true });
    for (const name of ["index.js", "cli/main.js"]) writeFileSync(join(out, name), "export {};");
  `;

  beforeEach(() => {
    cpSync(join(project, "scripts"), at("scripts"), { recursive: true });
    for (const name of [
      "tsconfig.json",
      "tsconfig.build.json",
      "package-lock.json",
      "sandbox/package.json",
      "sandbox/tsconfig.json",
    ]) {
      workspace.write(name, "{}");
    }
    workspace.write("package.json", '{ "type": "module" }');
    workspace.write("src/index.ts", "1");
    workspace.write("src/cli/main.ts", "1");
    workspace.write("sandbox/src/index.ts", "1");
    mkdirSync(at("node_modules/typescript/bin"), { recursive: true });
    workspace.write("node_modules/typescript/package.json", '{ "type": "module" }');
    workspace.write("node_modules/typescript/bin/tsc", COMPILER);
  });

  const build = (args: string[] = [], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [at("scripts/build.mjs"), ...args], { env: { ...process.env, ...env } })
      .status;
  /** A letter for each run: s for the sandbox, p for the product. */
  const runs = (): string => read("runs");

  it("builds with --if-stale what is not built, once", () => {
    expect([build(["--if-stale"]), build(["--if-stale"])]).toEqual([0, 0]);
    expect(runs()).toBe("sp");
    expect([existsSync(at("dist/cli/main.js")), existsSync(at("sandbox/dist/index.js"))]).toEqual([
      true,
      true,
    ]);
    expect(build()).toBe(0);
    expect(runs()).toBe("spsp");
  });

  it.each([
    ["a source changes", () => writeFileSync(at("src/cli/main.ts"), "2")],
    ["a source of the sandbox changes", () => writeFileSync(at("sandbox/src/index.ts"), "2")],
    ["the compiler's settings change", () => writeFileSync(at("tsconfig.json"), '{ "x": 1 }')],
    ["a dependency changes", () => writeFileSync(at("package-lock.json"), '{ "x": 1 }')],
    ["a dependency of the sandbox changes", () => writeFileSync(at("sandbox/package.json"), '{ "x": 1 }')],
    ["a built file of the sandbox is gone", () => rmSync(at("sandbox/dist/index.js"))],
    ["a built file is gone", () => rmSync(at("dist/cli/main.js"))],
    ["the stamp is no JSON", () => writeFileSync(at("dist/build.json"), "{")],
  ])("builds with --if-stale when %s", (_, change) => {
    build();
    change();
    expect(build(["--if-stale"])).toBe(0);
    expect(runs()).toBe("spsp");
  });

  it.each(["product", "sandbox"])(
    "leaves the old build of the %s alone when the compiler fails, and nothing behind",
    (name) => {
      build();
      const stamp = name === "product" ? "dist/build.json" : "sandbox/dist/build.json";
      const before = read(stamp);
      writeFileSync(at(name === "product" ? "src/index.ts" : "sandbox/src/index.ts"), "2");
      expect(build([], { FAIL: name })).toBe(1);
      expect(read(stamp)).toBe(before);
      const left = [".", "sandbox"].flatMap((folder) => readdirSync(at(folder)));
      expect(left.filter((file) => file.startsWith(".dist"))).toEqual([]);
    },
  );
});
