import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import { DurableMap } from "../../../sandbox/src/durable-map.js";
import { Store, newZone } from "../../../sandbox/src/cloudflare/store.js";
import { clientFor, setUp, tempDir, zoneIdOf } from "./helpers.js";

const project = fileURLToPath(new URL("../../../", import.meta.url));

/** The sandbox as JavaScript in a folder of its own, with a script that runs the server until it is killed. */
async function compile(dir: string): Promise<string> {
  const source = join(project, "sandbox/src");
  const options = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  };
  for (const folder of ["", "cloudflare", "dns"]) {
    await mkdir(join(dir, "sandbox", folder), { recursive: true });
    for (const file of await readdir(join(source, folder))) {
      if (!file.endsWith(".ts")) continue;
      const code = ts.transpile(await readFile(join(source, folder, file), "utf8"), options);
      await writeFile(join(dir, "sandbox", folder, file.replace(/\.ts$/, ".js")), code);
    }
  }
  await writeFile(join(dir, "package.json"), '{"type":"module"}');
  await symlink(join(project, "node_modules"), join(dir, "node_modules"));
  const script = join(dir, "run.js");
  await writeFile(
    script,
    `import { startCloudflare } from "./sandbox/cloudflare/server.js";
     const server = await startCloudflare({ dir: process.argv[2], zones: ["example.com"], plan: "pro" });
     process.send(server.url);`,
  );
  return script;
}

async function launch(script: string, dir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(script, [dir], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [url] = (await once(child, "message")) as [string];
  return { child, url };
}

describe("a kill at any moment", () => {
  it("loses nothing that was acknowledged, and leaves no batch half done", async () => {
    const dir = await tempDir();
    const script = await compile(await tempDir());
    const acknowledged = new Set<string>();
    const batchSize = 40;
    for (let round = 0; round < 3; round++) {
      const { child, url } = await launch(script, dir);
      const client = clientFor(url);
      const zoneId = await zoneIdOf(client, "example.com");
      const exited = once(child, "exit");
      setTimeout(() => child.kill("SIGKILL"), 150 + 70 * round);
      for (let i = 0; child.exitCode === null && child.signalCode === null; i++) {
        const names = Array.from({ length: batchSize }, (_, n) => `r${round}-b${i}-${n}`);
        const posts = names.map((name) => ({ type: "TXT" as const, name, content: `"${name}"`, ttl: 60 }));
        const answered = await client.dns.records.batch({ zone_id: zoneId, posts }).then(
          () => true,
          () => false,
        );
        if (!answered) break;
        for (const name of names) acknowledged.add(`${name}.example.com`);
      }
      await exited;
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    const { client, zoneId } = await setUp({ dir, plan: "pro" });
    const { result } = await client.dns.records.list({ zone_id: zoneId, per_page: 5_000_000 });
    const stored = new Set(result.map((record) => record.name));
    expect([...acknowledged].filter((name) => !stored.has(name))).toEqual([]);
    // The last batch of a round may be there without having been acknowledged, but as a whole.
    expect(stored.size % batchSize).toBe(0);
  });
});

describe("the store", () => {
  it("completes a change that was interrupted after it was written down", async () => {
    const dir = await tempDir();
    const pending = new DurableMap<unknown>(join(dir, "pending.jsonl"));
    const [one, two] = [
      newZone("one.test", "active", "2026-01-01T00:00:00Z"),
      newZone("two.test", "active", "2026-01-01T00:00:00Z"),
    ];
    pending.set("change", { zones: { [one.id]: one, [two.id]: two } });
    pending.close();
    for (let opening = 0; opening < 2; opening++) {
      const store = new Store(dir);
      expect([...store.zones()].map((zone) => zone.name)).toEqual(["one.test", "two.test"]);
      store.close();
    }
  });

  it("shows the same records after any number of openings", async () => {
    const dir = await tempDir();
    const first = await setUp({ dir });
    const create = (name: string) =>
      first.client.dns.records.create({
        zone_id: first.zoneId,
        type: "TXT",
        name,
        content: '"x"',
        ttl: 60,
        comment: "c",
      });
    const [kept, gone] = [await create("kept"), await create("gone")];
    await first.client.dns.records.delete(gone.id, { zone_id: first.zoneId });
    await first.server.close();
    const copy = await tempDir();
    await cp(dir, copy, { recursive: true });
    for (const folder of [dir, copy]) {
      const { client, zoneId } = await setUp({ dir: folder });
      expect((await client.dns.records.list({ zone_id: zoneId })).result).toEqual([kept]);
    }
  });
});
