import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { checkStacks } from "../../src/cli/check-stacks.js";
import { readBaseStacks } from "../../src/cli/stack-versions.js";
import { touchedStacks } from "../../src/fleet/touched.js";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

/* Two shards of `domains` and one stack for `domains/eu`. By SHA-256, a.example.com and news.example.org are odd. */

const workspace = useWorkspace();
const FIRST = ["a.example.com", "news.example.org"];
const SECOND = ["b.example.com", "example.com"];

const file = (name: string, content = ""): void => {
  workspace.write(`domains/${name}.yaml`, `domain: ${name}\n${content}`);
};
const config = (stack: string, lines: string): void => {
  workspace.write(`Pulumi.${stack}.yaml`, `config:\n  aws:region: us-east-1\n  ${lines}\n`);
};
const git = (...args: string[]): void => {
  execFileSync("git", args, { cwd: workspace.path, stdio: "pipe" });
};

const commit = (): void => {
  git("add", "-A");
  git(
    ...["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"],
    ...["commit", "-q", "-m", "base"],
  );
};

const stacks = (...args: string[]) => mailstack(["stacks", ...args], { cwd: workspace.path });

async function touched(): Promise<string[]> {
  const now = await checkStacks(workspace.path);
  const base = readBaseStacks("main", workspace.path, now.stacks);
  return touchedStacks(base, now, base.changed)
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ share }) => share.stack);
}

beforeEach(() => {
  workspace.write("Pulumi.yaml", "name: mail\nruntime: nodejs\n");
  workspace.write("package.json", "{}\n");
  workspace.write("src/index.ts", "export {};\n");
  workspace.write("domains/_defaults.yaml", "ttl: 1800\n");
  [...FIRST, ...SECOND].forEach((name) => {
    file(name);
  });
  workspace.write("domains/eu/example.net.yaml", "domain: example.net\n");
  config("first", "mailstack:shard: 1/2");
  config("second", "mailstack:shard: 2/2");
  config("eu", "mailstack:domainsDir: domains/eu");
  git("init", "-q", "-b", "main");
  commit();
});

const all = ["first", "second", "eu"];

describe("mailstack stacks --base", () => {
  const CHANGES: readonly (readonly [string, () => void, readonly string[]])[] = [
    ["nothing", () => undefined, []],
    ["a comment in a domain file", () => file("a.example.com", "# ours\n"), []],
    ["a setting of a domain", () => file("a.example.com", "ttl: 300\n"), ["first"]],
    ["a removed domain", () => rmSync(join(workspace.path, "domains/b.example.com.yaml")), ["second"]],
    ["an added domain", () => file("shop.example.com"), ["second"]],
    [
      "the defaults of the shards",
      () => workspace.write("domains/_defaults.yaml", "ttl: 300\n"),
      ["first", "second"],
    ],
    ["the defaults of a folder", () => workspace.write("domains/eu/_defaults.yaml", "ttl: 300\n"), ["eu"]],
    [
      "a default that one file alone leaves open",
      () => workspace.write("domains/_defaults.yaml", "ttl: 1800\ndns: cloudflare\n"),
      [],
    ],
    [
      "the configuration of a stack",
      () => config("eu", "mailstack:domainsDir: domains/eu\n  aws:profile: eu"),
      ["eu"],
    ],
    // The first shard creates the set; the domain's own stack uses it.
    [
      "a configuration set",
      () => file("b.example.com", "configurationSet: { name: main }\n"),
      ["first", "second"],
    ],
    [
      "Pulumi.yaml",
      () => workspace.write("Pulumi.yaml", "name: mail\nruntime: nodejs\ndescription: x\n"),
      all,
    ],
    ["a dependency", () => workspace.write("package-lock.json", "{}\n"), all],
    ["the program", () => workspace.write("src/new.ts", "export {};\n"), all],
    ["documentation", () => workspace.write("docs/page.md", "text\n"), []],
    [
      "a file that moves to another folder",
      () => {
        rmSync(join(workspace.path, "domains/a.example.com.yaml"));
        workspace.write("domains/eu/a.example.com.yaml", "domain: a.example.com\n");
      },
      ["first", "eu"],
    ],
    [
      "two shards that become four",
      () => {
        config("first", "mailstack:shard: 1/4");
        config("second", "mailstack:shard: 2/4");
        config("third", "mailstack:shard: 3/4");
        config("fourth", "mailstack:shard: 4/4");
      },
      ["first", "second", "third", "fourth"],
    ],
  ];

  it("lists the stacks that a change touches, each change by itself", { timeout: 60_000 }, async () => {
    for (const [name, change, expected] of CHANGES) {
      change();
      expect({ name, stacks: await touched() }).toEqual({ name, stacks: expected });
      git("reset", "-q", "--hard");
      git("clean", "-q", "-f", "-d");
    }
  });

  it("says why", async () => {
    file("a.example.com", "ttl: 300\n");
    file("shop.example.com");
    const { code, stdout } = await stacks("--base", "main");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["STACK", "TAKES", "DOMAINS", "WHY"],
      ["first", "1/2 of domains", "2", "a.example.com changed"],
      ["second", "2/2 of domains", "3", "shop.example.com added"],
      [""],
    ]);
  });
});

describe("mailstack stacks", () => {
  it("lists all stacks in the order of their shards, as text and for a matrix", async () => {
    const [text, json] = await Promise.all([stacks(), stacks("--json")]);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout.split("\n").slice(1, -1)).toEqual([
      "first   1/2 of domains  2",
      "second  2/2 of domains  2",
      "eu      domains/eu      1",
    ]);
    expect(json.stdout).toBe('{"stack":["first","second","eu"]}\n');
    expect(await stacks("--base", "main", "--json")).toEqual({
      code: 0,
      stderr: "",
      stdout: '{"stack":[]}\n',
    });
  });

  it("refuses shards that leave domains to nobody, as validate does", async () => {
    config("first", "mailstack:shard: 2/2");
    const [list, validate] = await Promise.all([
      stacks("--json"),
      mailstack(["validate"], { cwd: workspace.path }),
    ]);
    expect(list.code).toBe(1);
    expect(JSON.parse(list.stdout)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(validate.code).toBe(1);
    expect(validate.stdout).toContain(
      "no stack takes 1/2 of domains, and so nobody manages a.example.com, news.example.org",
    );
    expect(validate.stdout).toContain("`first` and `second` both take 2/2 of domains");
  });

  it("finds a MAIL FROM name that domains of two stacks use", async () => {
    workspace.write("domains/eu/sub.a.example.com.yaml", "domain: sub.a.example.com\n");
    file("a.example.com", "mailFrom: { subdomain: mail.sub }\n");
    const { code, stdout } = await mailstack(["validate"], { cwd: workspace.path });
    expect(code).toBe(1);
    expect(stdout).toContain("mail-from-clash");
  });
});

describe("mailstack stacks --moves", () => {
  const urn = (stack: string, name: string): string =>
    `urn:pulumi:${stack}::mail::mailstack:index:SendingDomain::${name}`;

  it("prints the commands for a file that moves, from the domain files or from the stacks' states", async () => {
    rmSync(join(workspace.path, "domains/a.example.com.yaml"));
    workspace.write("domains/eu/a.example.com.yaml", "domain: a.example.com\n");
    const state = (stack: string, names: readonly string[]): void => {
      const resources = names.map((name) => ({
        urn: urn(stack, name),
        type: "mailstack:index:SendingDomain",
        custom: false,
      }));
      workspace.write(`${stack}.json`, JSON.stringify({ version: 3, deployment: { resources } }));
    };
    state("first", FIRST);
    state("second", SECOND);
    // `eu` was never initialized.
    workspace.write(
      "bin/pulumi",
      '#!/bin/sh\ncat "$4.json" 2>/dev/null || { echo "error: no stack named \'$4\' found" >&2; exit 255; }\n',
    );
    chmodSync(join(workspace.path, "bin/pulumi"), 0o755);
    const [offline, live] = await Promise.all([
      stacks("--moves", "--base", "main"),
      mailstack(["stacks", "--moves"], {
        cwd: workspace.path,
        env: { PATH: `${workspace.path}/bin:${process.env["PATH"]}` },
      }),
    ]);
    expect(offline).toEqual({
      code: 0,
      stderr: "",
      stdout:
        "# 1 domain from first to eu\n" +
        "pulumi state move --yes --source first --dest eu \\\n" +
        `  '${urn("first", "a.example.com")}'\n`,
    });
    expect(live).toEqual(offline);
  });
});
