import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Place, STACK } from "./workflows/place.js";

let place: Place;

beforeAll(async () => {
  place = await Place.open();
  place.commit("a repository without domains");
  place.file("domains/example.com.yaml", "domain: example.com\n");
  place.commit("add example.com");
}, 120_000);

afterAll(() => place.close());

/** Runs a script; once its output matches, it and all that it started are killed, as with the runner itself. */
function run(script: string, killAt?: RegExp): Promise<{ code: number | null; output: string }> {
  const [command, ...args] = script.split(" ");
  const child = spawn(join(place.work, command!), args, {
    cwd: place.work,
    env: { ...place.env, VERIFY_WAIT: "30s" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // with a process group of its own
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (killAt?.test(output) === true && child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

function locks(): string[] {
  const folder = join(place.folder, "backend/.pulumi/locks/organization/mailstack", STACK);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
}

test("a deploy that is killed at any step is continued by the next one", { timeout: 480_000 }, async () => {
  const deploy = `ci/deploy --alone ${STACK} HEAD^`;
  const apply = `ci/apply --alone ${STACK}`;
  const kill = async (script: string, at: RegExp): Promise<void> => {
    const { code, output } = await run(script, at);
    expect(output).toMatch(at);
    expect(code).toBeNull();
  };
  await kill(deploy, /== preview of mail/);
  await kill(deploy, /== guard/);
  await kill(apply, /== drift of mail/);
  expect(locks()).toEqual([]);

  await kill(apply, /EmailIdentity example\.com\S+ (creating|created)/);
  expect(locks()).toHaveLength(1);
  // Without the promise that nothing else runs, the lock stays where it is.
  const refused = await run(`ci/apply ${STACK}`);
  expect(refused.output).toContain("the stack is currently locked by 1 lock(s)");
  expect(refused.code).not.toBe(0);
  expect(locks()).toHaveLength(1);

  await kill(apply, /== verification/);
  const [mx] = await place.records("example.com", "MX");
  await place.deleteRecord(mx!);
  await kill(apply, /Refreshing \(mail\)/);
  await kill(apply, /Updating \(mail\)/);

  const done = await run(deploy);
  expect(done.code, done.output).toBe(0);
  expect(locks()).toEqual([]);
  expect(await place.domains()).toMatchObject({ "example.com": expect.any(String) as string });
  const names = await Promise.all(["CNAME", "MX", "TXT"].map((type) => place.records("example.com", type)));
  expect(names.map((records) => records.length)).toEqual([3, 1, 2]);
  await place.pulumi(`preview --stack ${STACK} --expect-no-changes --non-interactive`);
});
