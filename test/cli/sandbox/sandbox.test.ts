import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mailstack, type RunResult } from "../mailstack.js";

const BIN = fileURLToPath(new URL("../../../bin/mailstack.js", import.meta.url));
const TIMEOUT = 90_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-cli-"));
  mkdirSync(join(folder, "domains"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): void {
  writeFileSync(join(folder, "domains", name), content);
}

/** A sandbox command in a folder without a Pulumi project, so that nothing is found by luck. */
function sandbox(command: string, ...args: string[]): Promise<RunResult> {
  const engine = ["serve", "reset"].includes(command) ? [] : ["--engine", "embedded"];
  return mailstack(["sandbox", command, ...engine, ...args], { cwd: folder, env: { TMPDIR: folder } });
}

const json = ({ stdout }: RunResult): Record<string, unknown> =>
  JSON.parse(stdout) as Record<string, unknown>;

describe("the life of a stack", () => {
  test("preview, up, verify, status, refresh, destroy, reset", { timeout: TIMEOUT }, async () => {
    file("example.com.yaml", "domain: example.com\n");
    const preview = await sandbox("preview");
    expect(preview.code).toBe(0);
    expect(preview.stderr).toContain("Engine: embedded engine");
    expect(preview.stderr).toContain("+ create   example.com/us-east-1/identity (EmailIdentity)");
    expect(preview.stdout).toMatch(/^ok 11 to create\n/);

    const up = await sandbox("up", "--json", "--verify-after", "0s");
    expect(up.code).toBe(0);
    expect(json(up)).toMatchObject({
      ok: true,
      engine: "embedded engine",
      changes: { create: 11 },
      domains: { "example.com": { customMailFromDomain: "mail.example.com" } },
      summary: { total: 1, failed: 0 },
    });

    // One look is enough, with the servers just started.
    const verified = await sandbox("verify", "--json");
    expect(verified.code).toBe(0);
    expect(json(verified)).toMatchObject({
      domains: { "example.com": { status: "Verified", verification: { mailFrom: "SUCCESS" } } },
      summary: { verified: 1 },
    });

    const again = await sandbox("up", "--expect-no-changes");
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^ok 11 unchanged\n/);
    expect(again.stdout).toMatch(/example\.com +Verified +us-east-1 +SUCCESS/);

    const status = await sandbox("status", "example.com");
    expect(status.code).toBe(0);
    expect(status.stdout).toContain("v=DMARC1; p=none; rua=mailto:dmarc@example.com");
    const unknown = await sandbox("status", "example.org", "--json");
    expect(unknown.code).toBe(2);
    expect(json(unknown)).toMatchObject({ ok: false, error: { code: "unknown-domain" } });

    file("example.com.yaml", "domain: example.com\nttl: 600\n");
    const unexpected = await sandbox("preview", "--expect-no-changes", "--json");
    expect(unexpected.code).toBe(1);
    expect(json(unexpected)).toMatchObject({ ok: false, changes: { update: 6 } });

    expect((await sandbox("refresh", "--expect-no-changes")).code).toBe(0);
    const destroyed = await sandbox("destroy", "--json");
    expect(destroyed.code).toBe(0);
    expect(json(destroyed)).toMatchObject({ ok: true, changes: { delete: 11 } });
    expect((await sandbox("verify")).stdout).toContain("The sandbox's stack has no domains");

    expect((await sandbox("reset")).code).toBe(0);
    expect(readdirSync(join(folder, ".mailstack", "sandbox"))).toEqual([]);
    // Nothing is written beside the files and the sandbox.
    expect(readdirSync(folder).sort()).toEqual([".mailstack", "domains"]);
  });

  test("reset keeps what the sandbox did not make, and says so", async () => {
    mkdirSync(join(folder, "backup", "ses"), { recursive: true });
    writeFileSync(join(folder, "backup", "ses", "keys.csv"), "mine");
    const text = await sandbox("reset", "--state", "backup");
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(
        /is empty again\.\nKept, because the sandbox did not create it: ses\/keys\.csv\n$/,
      ),
    ]);
    expect(json(await sandbox("reset", "--state", "backup", "--json"))).toMatchObject({
      kept: ["ses/keys.csv"],
    });
    expect(readdirSync(join(folder, "backup", "ses"))).toEqual(["keys.csv"]);
  });

  test("makes the keys that the domain files name, once", { timeout: TIMEOUT }, async () => {
    file(
      "example.com.yaml",
      "domain: example.com\ndkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }\n",
    );
    const recordOf = async (): Promise<unknown> => {
      const up = json(await sandbox("up", "--json", "--verify-after", "0s"));
      const { domains } = up as { domains: Record<string, { dnsRecords: { purpose: string }[] }> };
      return domains["example.com"]!.dnsRecords.filter(({ purpose }) => purpose === "DKIM");
    };
    const first = await recordOf();
    expect(first).toEqual([
      {
        type: "TXT",
        name: "s2026._domainkey.example.com",
        value: expect.stringMatching(/^v=DKIM1; k=rsa; p=MII[A-Za-z0-9+/]{380,}={0,2}$/),
        ttl: 1800,
        purpose: "DKIM",
      },
    ]);
    expect(await recordOf()).toEqual(first);
    expect(json(await sandbox("verify", "--json"))).toMatchObject({ summary: { verified: 1 } });
  });

  test("a domain whose records nobody publishes stays pending", { timeout: TIMEOUT }, async () => {
    file("example.com.yaml", "domain: example.com\ndns: manual\n");
    expect((await sandbox("up", "--verify-after", "0s")).code).toBe(0);
    const started = performance.now();
    const result = await sandbox("verify", "--wait", "1s");
    expect(performance.now() - started).toBeGreaterThan(700);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain("1 domain: 0 verified, 1 pending, 0 failed");
  });

  test(
    "an invalid file is no fault of a service: exit code 1, its place, no stack trace",
    { timeout: TIMEOUT },
    async () => {
      file("example.com.yaml", "domain: example.com\ndmarcc: {}\n");
      const text = await sandbox("up");
      expect(text.code).toBe(1);
      expect(text.stderr).toMatch(/example\.com\.yaml:2:1 error/);
      expect(text.stdout).toBe("failed nothing was changed\n");
      expect(text.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
      const result = await sandbox("up", "--json");
      expect(result.code).toBe(1);
      expect(json(result)).toMatchObject({ ok: false, errors: [expect.stringContaining("unknown-key")] });
    },
  );
});

describe("serve", () => {
  interface Served {
    readonly ses: string;
    readonly cloudflare: string;
    readonly dns: string;
    readonly env: Readonly<Record<string, string>>;
  }

  /** Starts `sandbox serve`, hands its line to `work`, and ends it. */
  async function serving(
    args: readonly string[],
    work: (served: Served, pid: number) => Promise<void>,
  ): Promise<number | null> {
    const child = spawn(process.execPath, [BIN, "sandbox", "serve", ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
    try {
      const line = await new Promise<string>((resolve) => {
        let text = "";
        child.stdout.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          if (text.endsWith("\n")) resolve(text);
        });
      });
      expect(line.split("\n")).toHaveLength(2);
      await work(JSON.parse(line) as Served, child.pid!);
    } finally {
      child.kill("SIGTERM");
    }
    return exited;
  }

  test(
    "other commands join its servers, for zones of new files too; a second one and reset are refused",
    { timeout: TIMEOUT },
    async () => {
      file("example.com.yaml", "domain: example.com\n");
      const code = await serving(["--verify-after", "0s"], async (served) => {
        expect(served).toEqual({
          ses: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
          cloudflare: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/client\/v4$/) as string,
          dns: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
          debugProviders: expect.stringMatching(/^aws:\d+,cloudflare:\d+$/) as string,
          env: expect.objectContaining({
            AWS_ENDPOINT_URL_SESV2: served.ses,
            CLOUDFLARE_BASE_URL: served.cloudflare,
            MAILSTACK_DNS_SERVERS: served.dns,
          }) as object,
        });
        file("example.org.yaml", "domain: example.org\n");
        expect((await sandbox("up")).code).toBe(0);
        const headers = { authorization: `Bearer ${served.env["CLOUDFLARE_API_TOKEN"]!}` };
        const zones = (await (
          await fetch(`${served.cloudflare}/zones?name=example.org`, { headers })
        ).json()) as {
          result: { status: string }[];
        };
        expect(zones.result.map(({ status }) => status)).toEqual(["active"]);
        expect((await sandbox("verify", "--wait", "10s")).code).toBe(0);

        const second = await sandbox("serve", "--json");
        expect([second.code, json(second)]).toMatchObject([1, { error: { code: "already-served" } }]);
        const reset = await sandbox("reset", "--json");
        expect([reset.code, json(reset)]).toMatchObject([1, { error: { code: "sandbox-busy" } }]);
      });
      expect(code).toBe(0);
      expect(existsSync(join(folder, ".mailstack", "sandbox", "serve.json"))).toBe(false);
      // What was made is still there without it.
      expect((await sandbox("up", "--expect-no-changes")).code).toBe(0);
    },
  );

  test("killed, it stands in nobody's way, and nothing is lost", { timeout: TIMEOUT }, async () => {
    file("example.com.yaml", "domain: example.com\n");
    await serving([], async (_served, pid) => {
      expect((await sandbox("up")).code).toBe(0);
      process.kill(pid, "SIGKILL");
    });
    expect((await sandbox("up", "--expect-no-changes")).code).toBe(0);
  });

  test("a fixed port that is taken is wrong usage", { timeout: TIMEOUT }, async () => {
    await serving([], async (served) => {
      const other = await sandbox(
        "serve",
        "--state",
        join(folder, "other"),
        "--ses-port",
        new URL(served.ses).port,
        "--json",
      );
      expect([other.code, json(other)]).toMatchObject([2, { error: { code: "port-taken" } }]);
    });
  });
});

describe("usage", () => {
  test.each([
    [["sandbox", "up", "--engine", "terraform"], /Allowed choices are auto, pulumi, embedded/],
    [["sandbox", "verify", "--wait", "soon"], /a number and a unit/],
    [["sandbox", "serve", "--dns-port", "70000"], /port from 0 to 65535/],
    [["sandbox", "upp"], /up/],
    [["sandbox"], /subcommand/],
  ])("%j is wrong usage", async (args, message) => {
    const result = await mailstack(args, { cwd: folder });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });

  test("--engine pulumi without pulumi on PATH says what to do", async () => {
    file("example.com.yaml", "domain: example.com\n");
    const result = await mailstack(["sandbox", "up", "--engine", "pulumi", "--json"], {
      cwd: folder,
      env: { PATH: join(folder, "nothing") },
    });
    expect([result.code, json(result)]).toMatchObject([
      2,
      { ok: false, error: { code: "no-pulumi", hint: expect.stringContaining("embedded") as string } },
    ]);
  });
});
