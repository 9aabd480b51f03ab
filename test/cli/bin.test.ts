import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildProblem } from "../../scripts/build-check.mjs";
import { mailstack } from "./mailstack.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
let copy: string;

/** A project whose sources have the digest that its build says it was made from. */
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "mailstack-bin-"));
  for (const folder of ["bin", "scripts"])
    cpSync(join(project, folder), join(copy, folder), { recursive: true });
  writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
  mkdirSync(join(copy, "src", "cli"), { recursive: true });
  writeFileSync(join(copy, "src", "cli", "main.ts"), "");
  mkdirSync(join(copy, "dist", "cli"), { recursive: true });
  writeFileSync(
    join(copy, "dist", "cli", "main.js"),
    'export const main = (args) => console.log("ran", ...args);',
  );
  // SHA-256 of the name and the empty content, each ended by a zero byte, by sha256sum
  const digest = "a74e8f5e74d28edc8b72045407666cfa132b696fdc3ac8f7a3d382c443e19474";
  writeFileSync(join(copy, "dist", "build.json"), JSON.stringify({ digest }));
});

afterEach(() => {
  rmSync(copy, { recursive: true });
});

const run = (...args: string[]) => mailstack(args, { bin: join(copy, "bin", "mailstack.js") });

describe("bin/mailstack.js", () => {
  it("runs a current build", async () => {
    expect(await run("plan", "--json")).toEqual({ code: 0, stdout: "ran plan --json\n", stderr: "" });
  });

  it.each([
    ["changed", () => writeFileSync(join(copy, "src", "cli", "main.ts"), " ")],
    ["new", () => writeFileSync(join(copy, "src", "index.ts"), "")],
    ["gone", () => rmSync(join(copy, "src", "cli", "main.ts"))],
  ])("refuses a build when a source is %s", async (_, change) => {
    change();
    expect(await run("plan")).toEqual({
      code: 2,
      stdout: "",
      stderr: "mailstack: the build is stale; run npm run build\n",
    });
  });

  it("refuses a build when the sandbox is not built, or from other sources", async () => {
    mkdirSync(join(copy, "sandbox", "src"), { recursive: true });
    writeFileSync(join(copy, "sandbox", "src", "index.ts"), "");
    expect((await run("plan")).stderr).toBe("mailstack: mailstack is not built; run npm run build\n");
    mkdirSync(join(copy, "sandbox", "dist"));
    writeFileSync(join(copy, "sandbox", "dist", "build.json"), '{ "digest": "" }');
    expect((await run("plan")).stderr).toBe("mailstack: the build is stale; run npm run build\n");
  });

  it("ignores files that are no TypeScript", async () => {
    writeFileSync(join(copy, "src", "notes.md"), "x");
    expect((await run("plan")).code).toBe(0);
  });

  it("says when nothing is built, as JSON where JSON is asked for", async () => {
    rmSync(join(copy, "dist"), { recursive: true });
    const { code, stdout, stderr } = await run("plan", "--json");
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      error: { code: "setup", message: "mailstack is not built; run npm run build" },
    });
  });

  it("takes any build where the sources are not shipped", async () => {
    rmSync(join(copy, "src"), { recursive: true });
    expect((await run("plan")).stdout).toBe("ran plan\n");
  });

  it("asks for a newer Node.js before anything else is loaded", async () => {
    const old = 'Object.defineProperty(process, "versions", { value: { node: "18.20.8" } });';
    const { code, stderr } = await mailstack(["plan"], {
      bin: join(copy, "bin", "mailstack.js"),
      nodeOptions: ["--import", `data:text/javascript,${encodeURIComponent(old)}`],
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mailstack: MailStack needs Node\.js 20 or newer; this is v/);
  });
});

describe("buildProblem", () => {
  it("finds a build stamp that is no JSON", () => {
    writeFileSync(join(copy, "dist", "build.json"), "{");
    expect(buildProblem(copy)).toBe("mailstack is not built; run npm run build");
  });
});
