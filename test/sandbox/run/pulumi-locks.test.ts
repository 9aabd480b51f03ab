import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { awaitLocks } from "../../../sandbox/src/run/pulumi-locks.js";

let backend: string;
let folder: string;
beforeEach(() => {
  backend = mkdtempSync(join(tmpdir(), "locks-"));
  folder = join(backend, ".pulumi", "locks", "organization", "mailstack", "sandbox");
  mkdirSync(folder, { recursive: true });
});
afterEach(() => {
  rmSync(backend, { recursive: true, force: true });
});

/** The content that the local backend of `pulumi` gives a lock. */
function lock(pid: number): string {
  const path = join(folder, "86844781-4e23-4008-8749-97ef00725ee3.json");
  writeFileSync(
    path,
    JSON.stringify({ pid, username: "root", hostname: "vm", timestamp: "2026-11-24T22:34:58Z" }),
  );
  writeFileSync(`${path}.attrs`, "{}");
  return path;
}

const endedPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

test("no lock, no wait", async () => {
  expect(await awaitLocks(backend, "sandbox")).toBe(false);
  expect(await awaitLocks(backend, "never-used")).toBe(false);
});

test("a lock whose process is gone is reported at once", async () => {
  lock(endedPid());
  expect(await awaitLocks(backend, "sandbox")).toBe(true);
});

test("a lock that a kill left half written is reported like one whose process is gone", async () => {
  writeFileSync(lock(1), '{"pid":12');
  expect(await awaitLocks(backend, "sandbox")).toBe(true);
});

test("a living process is waited for", async () => {
  const path = lock(process.pid);
  setTimeout(() => rmSync(path), 300);
  const started = performance.now();
  expect(await awaitLocks(backend, "sandbox")).toBe(false);
  expect(performance.now() - started).toBeGreaterThanOrEqual(250);
});

test("a process that does not end is named", async () => {
  lock(process.pid);
  await expect(awaitLocks(backend, "sandbox", 100)).rejects.toThrow(
    `pulumi (process ${process.pid}) from an earlier command is still working on the stack sandbox`,
  );
});
