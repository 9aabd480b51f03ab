import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { ENGINES } from "./lab.js";

/**
 * What the sandbox held after `mailstack sandbox up` of an earlier version: every kind of record, two Regions, a
 * configuration set, a parked, a protected and a manual domain. Who updates must find nothing to do.
 */
const EARLIER = fileURLToPath(new URL("fixtures/earlier-version", import.meta.url));
const BIN = fileURLToPath(new URL("../../bin/mailstack.js", import.meta.url));

describe.each(ENGINES)("$label", ({ engine, skip }) => {
  it.skipIf(skip)(
    "finds nothing to change in a stack that an earlier version made",
    { timeout: 180_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "mailstack-earlier-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      cpSync(EARLIER, folder, { recursive: true });
      const run = async (operation: string): Promise<Record<string, unknown>> => {
        const args = [
          "--engine",
          engine,
          "--domains",
          join(folder, "domains"),
          "--state",
          join(folder, engine),
        ];
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [BIN, "sandbox", operation, ...args, "--expect-no-changes", "--json"],
          { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
        );
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      expect(await run("preview")).toMatchObject({ ok: true });
      const { ok, summary, domains } = await run("up");
      expect(ok).toBe(true);
      expect(summary).toMatchObject({ total: 4, parked: 1 });
      // Nobody publishes the records of byhand.example.
      expect(
        Object.values(domains as Record<string, { status: string }>).map(({ status }) => status),
      ).toEqual(["Pending", "Verified", "Verified", "Parked"]);
    },
  );
});
