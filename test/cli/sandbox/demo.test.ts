import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mailstack } from "../mailstack.js";

const DOMAINS = fileURLToPath(new URL("../../../domains", import.meta.url));
const TIMEOUT = 90_000;
const ESCAPE = String.fromCharCode(27);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-demo-test-"));
  mkdirSync(join(folder, "tmp"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function demo(...args: string[]): ReturnType<typeof mailstack> {
  return mailstack(["sandbox", "demo", "--engine", "embedded", ...args], {
    cwd: folder,
    env: { TMPDIR: join(folder, "tmp") },
  });
}

test(
  "it goes through the whole life of the project's own domains and leaves nothing behind",
  { timeout: TIMEOUT },
  async () => {
    cpSync(DOMAINS, join(folder, "domains"), { recursive: true });
    const names = readdirSync(DOMAINS).filter((name) => !name.startsWith("_"));
    const before = names.map((name) => readFileSync(join(DOMAINS, name), "utf8"));
    const { code, stdout, stderr } = await demo();
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).not.toContain(ESCAPE);
    const outcomes = [...stdout.matchAll(/^ {2}(\d+ [a-z][a-z0-9, ]*|nothing to do)$/gm)].map(
      ([, line]) => line,
    );
    expect(outcomes).toEqual([
      "31 to create",
      "31 created",
      "31 unchanged",
      "1 updated, 30 unchanged",
      "10 deleted, 21 unchanged",
      "21 unchanged",
      "21 deleted",
    ]);
    const last = stdout.slice(stdout.lastIndexOf("DOMAIN "));
    for (const name of names)
      expect(last).toMatch(new RegExp(`^${name.replace(/\.yaml$/, "")} +Verified `, "m"));
    expect(last).toContain(`${names.length} domains: ${names.length} verified, 0 pending, 0 failed`);
    // It worked on copies, and cleared them away.
    expect(names.map((name) => readFileSync(join(folder, "domains", name), "utf8"))).toEqual(before);
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["domains", "tmp"]);
  },
);

test("where something is not as it should be, it fails and says what", { timeout: TIMEOUT }, async () => {
  mkdirSync(join(folder, "domains"));
  writeFileSync(join(folder, "domains", "example.com.yaml"), "domain: example.com\ndmarcc: {}\n");
  const text = await demo();
  expect(text.code).not.toBe(0);
  expect(text.stdout).toMatch(/example\.com\.yaml:2:1 error/);
  const json = await demo("--json");
  expect(json.code).not.toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "demo-failed" } });
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});
