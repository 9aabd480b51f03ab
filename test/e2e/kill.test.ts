import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import Cloudflare from "cloudflare";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/src/run/environment.js";
import { sandboxPaths } from "../../sandbox/src/run/paths.js";
import { openServices } from "../../sandbox/src/run/services.js";
import { mailstack } from "../cli/mailstack.js";
import { ENGINES, PROJECT_DIR } from "./lab.js";

const BIN = join(PROJECT_DIR, "bin", "mailstack.js");
const DOMAINS = ["a.example.com", "b.example.com", "c.example.com"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-kill-"));
  mkdirSync(join(folder, "domains"));
  for (const domain of DOMAINS) file(domain, "");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(domain: string, settings: string): void {
  const text = `domain: ${domain}\nregion: us-east-1\n${settings}`;
  writeFileSync(join(folder, "domains", `${domain}.yaml`), text);
}

const place = (): string[] => ["--domains", join(folder, "domains"), "--state", join(folder, "sandbox")];

/** Kills `sandbox up` with SIGKILL once it has printed so many lines, and so many milliseconds have passed after that. */
async function killedAfter(lines: number, engine: string, delayMs = 0): Promise<void> {
  const child = spawn(process.execPath, [BIN, "sandbox", "up", "--engine", engine, ...place()], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exit = once(child, "exit");
  let printed = 0;
  createInterface({ input: child.stderr }).on("line", () => {
    if (++printed === lines) setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  const [, signal] = (await exit) as [number | null, string | null];
  expect(signal, `it printed ${printed} lines before it ended`).toBe("SIGKILL");
}

/** Processes that work for this test, by what their command lines, folders and environments name. */
function processes(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const read = (name: string): string => readFileSync(join("/proc", pid, name), "latin1");
        const commandLine = read("cmdline");
        // Pulumi's own host of programs is idle then. It ends by itself when its health check misses its engine.
        if (commandLine.includes("pulumi-language-nodejs")) return [];
        return (commandLine + read("environ")).includes(folder) ? [commandLine.replaceAll("\0", " ")] : [];
      } catch {
        return [];
      }
    });
}

async function noneLeft(): Promise<void> {
  for (let attempt = 0; attempt < 100 && processes().length > 0; attempt++) await sleep(200);
  expect(processes()).toEqual([]);
}

async function records(): Promise<string[]> {
  const services = await openServices({ paths: sandboxPaths(join(folder, "sandbox")), zones: [] });
  try {
    const client = new Cloudflare({
      apiToken: SANDBOX_CREDENTIALS.CLOUDFLARE_API_TOKEN,
      baseURL: services.cloudflare,
    });
    const { result } = await client.zones.list({ name: "example.com" });
    const all = await client.dns.records.list({ zone_id: result[0]!.id, per_page: 500 });
    return all.result.map(({ type, name, content }) => `${type} ${name} ${content}`).sort();
  } finally {
    await services.close();
  }
}

async function converges(engine: string, count: number): Promise<void> {
  const up = await mailstack(["sandbox", "up", "--engine", engine, ...place()], { env: path });
  expect(up.code, up.stderr).toBe(0);
  const found = await records();
  expect(found).toHaveLength(count);
  expect(new Set(found).size).toBe(count);
  const args = ["sandbox", "preview", "--expect-no-changes", "--engine", engine, ...place()];
  const preview = await mailstack(args, { env: path });
  expect(preview.code, preview.stderr).toBe(0);
  expect(preview.stderr).not.toContain("warning");
}

const path = { PATH: process.env["PATH"] ?? "" };

describe.each(ENGINES)("killed at any moment, under $label", ({ engine, skip }) => {
  const moments = engine === "embedded" ? [2, 14, 26] : [2, 20];

  test.skipIf(skip).each(moments)(
    "while it creates, after %i lines: one update goes on to the end",
    { timeout: 180_000 },
    async (lines) => {
      await killedAfter(lines, engine);
      if (process.platform === "linux") await noneLeft();
      await converges(engine, 18);
    },
  );

  test.skipIf(skip).each(engine === "embedded" ? [4, 9] : [6])(
    "while it changes, creates and deletes, after %i lines: likewise",
    { timeout: 240_000 },
    async (lines) => {
      await converges(engine, 18);
      rmSync(join(folder, "domains", `${DOMAINS[0]!}.yaml`));
      file(DOMAINS[1]!, "mailFrom: { subdomain: bounce }\nttl: 600\n");
      file("d.example.com", "");
      await killedAfter(lines, engine);
      if (process.platform === "linux") await noneLeft();
      await converges(engine, 18);
    },
  );
});

// With a hundred domains the program is still busy telling the engine of them; it would go on doing so for ever.
test.skipIf(ENGINES[0].skip || process.platform !== "linux").each([0, 300, 700, 1500])(
  "a program that is busy with many domains is gone with its engine, killed %i ms after its start",
  { timeout: 60_000 },
  async (delayMs) => {
    for (let index = 0; index < 100; index++) file(`d${index}.example.com`, "");
    await killedAfter(2, "embedded", delayMs);
    await noneLeft();
  },
);

test("a lock is taken over from a process that is gone, also where another has its number", async () => {
  const { lock, root } = sandboxPaths(join(folder, "sandbox"));
  for (const owner of [
    { pid: 2 ** 22 + 1 },
    // This process is alive, but was not started then.
    { pid: process.pid, started: "0e0c6ab2-9c40-4d0c-8c5e-000000000000/1" },
  ]) {
    mkdirSync(root, { recursive: true });
    writeFileSync(lock, JSON.stringify(owner));
    const services = await openServices({ paths: sandboxPaths(root), zones: [] });
    await services.close();
  }
});

describe("sandbox serve through npm", () => {
  test.skipIf(process.platform === "win32")(
    "ends with npm, and leaves no lock",
    { timeout: 60_000 },
    async () => {
      // As npx does: a shell between npm and the command. npm ends the shell, and nothing else.
      const command = `"${process.execPath}" "${BIN}" sandbox serve ${place().join(" ")}; true`;
      const shell = spawn("sh", ["-c", command], {
        cwd: PROJECT_DIR,
        env: { ...process.env, npm_command: "exec" },
        stdio: ["ignore", "pipe", "ignore"],
      });
      await once(createInterface({ input: shell.stdout }), "line");
      shell.kill("SIGTERM");
      await once(shell, "exit");
      if (process.platform === "linux") await noneLeft();
      else await sleep(5000);
      const services = await openServices({ paths: sandboxPaths(join(folder, "sandbox")), zones: [] });
      expect(services.joined).toBe(false);
      await services.close();
    },
  );
});
