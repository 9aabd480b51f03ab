import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Cloudflare from "cloudflare";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES } from "../../e2e/lab.js";
import { mailstack, type RunResult } from "../mailstack.js";

const BIN = fileURLToPath(new URL("../../../bin/mailstack.js", import.meta.url));
const ADDED = "mailto:8f3a1c@dmarc-reports.cloudflare.net";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-cli-"));
  mkdirSync(join(folder, "domains"));
  writeFileSync(join(folder, "domains", "example.com.yaml"), "domain: example.com\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the servers for the commands and for Cloudflare's own client. */
async function serve(): Promise<{ cloudflare: Cloudflare; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [BIN, "sandbox", "serve"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { cloudflare: baseURL } = JSON.parse(line) as { cloudflare: string };
  return {
    cloudflare: new Cloudflare({ apiToken: "sandbox", baseURL, maxRetries: 0 }),
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}

describe.each(ENGINES)("sandbox up --refresh under $label", ({ engine, skip }) => {
  const up = (...args: string[]): Promise<RunResult> =>
    mailstack(["sandbox", "up", "--engine", engine, ...args], { cwd: folder });

  test.skipIf(skip)(
    "keeps a report address that somebody else added, and tells it",
    { timeout: 240_000 },
    async () => {
      const { cloudflare, stop } = await serve();
      try {
        // There is nothing to read anew before the first update.
        const first = await up("--refresh", "--json");
        expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('"ok": true')]);
        const { result: zones } = await cloudflare.zones.list({ name: "example.com" });
        const zone_id = zones[0]!.id;
        const dmarc = async () => {
          const name = { exact: "_dmarc.example.com" };
          const { result } = await cloudflare.dns.records.list({ zone_id, name });
          expect(result).toHaveLength(1);
          return { id: result[0]!.id!, content: result[0]!.content! };
        };
        const { id, content } = await dmarc();
        const added = content.replace("rua=", `rua=${ADDED},`);
        await cloudflare.dns.records.edit(id, {
          ...{ zone_id, type: "TXT", name: "_dmarc.example.com", ttl: 1800 },
          content: added,
        });

        const kept = await up("--refresh");
        expect(kept.code).toBe(0);
        expect(await dmarc()).toEqual({ id, content: added });
        expect(kept.stderr).toMatch(
          /warning: .*the DMARC record of example\.com also sends reports to 8f3a1c@dmarc-reports\.cloudflare\.net/,
        );
        expect(kept.stdout).toMatch(/^ok 1 refreshed, 11 unchanged\n/);

        const unchanged = await up("--refresh", "--expect-no-changes", "--json");
        expect([unchanged.code, unchanged.stderr.match(/error: .*/)]).toEqual([0, null]);
        const { changes, warnings } = JSON.parse(unchanged.stdout) as {
          changes: Record<string, number>;
          warnings: string[];
        };
        expect(changes).not.toHaveProperty("update");
        expect(warnings.join("\n")).toContain("8f3a1c@dmarc-reports.cloudflare.net");
      } finally {
        await stop();
      }
    },
  );

  test.skipIf(skip)("puts back what was changed by hand", { timeout: 240_000 }, async () => {
    expect((await up()).code).toBe(0);
    const { cloudflare, stop } = await serve();
    try {
      const { result: zones } = await cloudflare.zones.list({ name: "example.com" });
      const zone_id = zones[0]!.id;
      const mx = async () => (await cloudflare.dns.records.list({ zone_id, type: "MX" })).result;
      await cloudflare.dns.records.delete((await mx())[0]!.id!, { zone_id });
      const again = await up("--refresh", "--json");
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, changes: { create: 1, refresh: 1 } });
      expect(await mx()).toHaveLength(1);
    } finally {
      await stop();
    }
  });
});
