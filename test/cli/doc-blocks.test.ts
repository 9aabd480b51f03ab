import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { COMMANDS } from "../../src/cli/commands.js";
import { readSettings } from "../../src/guard/settings.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { rulesMarkdown } from "../domain/rules-doc.js";
import { ENGINE, STAND_IN } from "../stand-in/command.js";
import { blocksOf, type Block } from "./doc-blocks.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
];
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

/** Its blocks are the examples that the tests of the rules run, one by one; see below. */
const GENERATED = "docs/rules.md";

const blocks = DOCUMENTS.filter((name) => name.endsWith(".md") && name !== GENERATED).flatMap((name) =>
  blocksOf(name, read(name)),
);
const label = ({ document, line }: Block): string => `${document}:${line}`;
const onPath = (program: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

test("every block is of a kind that is checked here", () => {
  const unknown = blocks.filter(({ kind }) => !["sh", "yaml", "json"].includes(kind));
  expect(unknown.map(label)).toEqual([]);
  const marked = blocks.filter(({ kind, notRun, needs }) => kind !== "sh" && (notRun ?? needs) !== undefined);
  expect(marked.map(label)).toEqual([]);
});

test("the blocks of the rules are those that the tests of the rules run", async () => {
  expect(read(GENERATED)).toBe(await rulesMarkdown());
});

describe("a block of YAML is a valid domain file, valid defaults, or settings of the guard", () => {
  it.each(blocks.filter(({ kind }) => kind === "yaml").map((block) => [label(block), block] as const))(
    "%s",
    (_label, { text }) => {
      const { domain, accept } = parse(text) as { domain?: string; accept?: unknown };
      if (accept !== undefined) {
        expect(readSettings({ path: "guard.yaml", bytes: Buffer.from(text) }).diagnostics).toEqual([]);
        return;
      }
      const name = domain ?? "_defaults";
      const file = { path: `domains/${name}.yaml`, bytes: Buffer.from(text) };
      const other = { path: "domains/other.com.yaml", bytes: Buffer.from("domain: other.com\n") };
      const files = domain === undefined ? [file, other] : [file];
      expect(checkDomains(files, { defaultRegion: "us-east-1" }).diagnostics).toEqual([]);
    },
  );
});

describe("a block of JSON is JSON, and a policy names actions of SES", () => {
  it.each(blocks.filter(({ kind }) => kind === "json").map((block) => [label(block), block] as const))(
    "%s",
    (_label, { text }) => {
      const value = JSON.parse(text) as { Statement?: { Action: string[] }[] };
      for (const { Action } of value.Statement ?? []) {
        expect(Action.filter((action) => !/^ses:([A-Z][a-z]+)+$/.test(action))).toEqual([]);
        expect(new Set(Action).size).toBe(Action.length);
      }
    },
  );
});

/** Each command line of `npx mailstack` in a block. */
function commandLines(text: string): string[][] {
  return [...text.matchAll(/\bnpx mailstack ([^\n&|;>`]+)/g)].map((match) => match[1]!.trim().split(/\s+/));
}

/** Problems of a command line: a command or an option that there is not. */
async function wrongIn(words: readonly string[]): Promise<string[]> {
  const entry = COMMANDS.find(({ name }) => name === words[0]);
  if (entry === undefined) return [`no command ${words[0]}`];
  const program = new Command();
  (await entry.load())(program);
  let command = program.commands.find((one) => one.name() === words[0])!;
  const rest = words.slice(1);
  while (command.commands.length > 0 && rest.length > 0 && !rest[0]!.startsWith("-")) {
    const next = command.commands.find((one) => one.name() === rest[0]);
    if (next === undefined) return [`no command ${words.join(" ")}`];
    command = next;
    rest.shift();
  }
  const known = ["--help", ...command.options.flatMap(({ long, short }) => [long, short])];
  return rest.filter((word) => word.startsWith("-") && !known.includes(word.split("=")[0]!));
}

describe("the commands of a block exist, with their options", () => {
  const scripts = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;
  it.each(blocks.filter(({ kind }) => kind === "sh").map((block) => [label(block), block] as const))(
    "%s",
    async (_label, { text }) => {
      for (const words of commandLines(text)) expect(await wrongIn(words)).toEqual([]);
      for (const [, script] of text.matchAll(/\bnpm run (\S+)/g)) expect(scripts).toHaveProperty(script!);
    },
  );

  it("an option or a command that does not exist is seen", async () => {
    expect(await wrongIn(["sandbox", "serve", "--bogus"])).toEqual(["--bogus"]);
    expect(await wrongIn(["sandbox", "bogus"])).toEqual(["no command sandbox bogus"]);
    expect(await wrongIn(["bogus"])).toEqual(["no command bogus"]);
  });
});

/** A folder as a fresh clone is after `npm ci`, and a PATH on which `npm ci` has nothing left to do. */
function clone(): { folder: string; bin: string } {
  const home = mkdtempSync(join(tmpdir(), "mailstack-docs-"));
  const [folder, bin] = [join(home, "clone"), join(home, "bin")];
  mkdirSync(folder);
  mkdirSync(bin);
  for (const name of readdirSync(ROOT)) {
    if (name.startsWith(".") || /^Pulumi\..+\.yaml$/.test(name)) continue;
    if (name === "domains" || name === "Pulumi.yaml")
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    else symlinkSync(join(ROOT, name), join(folder, name));
  }
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  script("npm", `[ "$1" = ci ] && exit 0\nexec "${onPath("npm")}" "$@"`);
  script("npx", `shift\nexec node "${join(ROOT, "bin", "mailstack.js")}" "$@"`);
  return { folder, bin };
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a block in a new shell with an empty environment; `after` cleans up what it has started. */
function run(text: string, { folder, bin }: { folder: string; bin: string }): Promise<Ran> {
  const pulumi = ENGINE === "pulumi" ? dirname(onPath("pulumi")!) : STAND_IN;
  const path = [
    bin,
    dirname(onPath("node")!),
    // Elsewhere the sandbox would take the stand-in for the real engine.
    ...(/\bpulumi /.test(text) ? [pulumi] : []),
    "/usr/bin",
    "/bin",
  ];
  const child = spawn(
    "bash",
    ["-euo", "pipefail", "-c", `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${text}`],
    {
      cwd: folder,
      env: { PATH: path.join(delimiter), HOME: dirname(folder) },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** What `needs: pulumi and a stack` stands for. */
const STACK = `mkdir -p ../backend
export PULUMI_BACKEND_URL="file://$PWD/../backend" PULUMI_CONFIG_PASSPHRASE=test
pulumi stack init test
`;

describe("a block of shell runs from a clean shell", () => {
  const shells = blocks.filter(({ kind, notRun }) => kind === "sh" && notRun === undefined);
  for (const block of shells) {
    test(label(block), { timeout: 480_000 }, async () => {
      const place = clone();
      try {
        const before = block.needs === "pulumi and a stack" ? STACK : "";
        const { code, output } = await run(before + block.text, place);
        expect(output).not.toMatch(/at risk|Missing region/);
        expect({ code, output }).toMatchObject({ code: 0 });
      } finally {
        rmSync(dirname(place.folder), { recursive: true, force: true });
      }
    });
  }
});

test("git ignores what the recipes write", () => {
  const names = ["serve.json", "Pulumi.sandbox.yaml", ".mailstack/backend/x"];
  const ignored = execFileSync("git", ["check-ignore", ...names], { cwd: ROOT, encoding: "utf8" });
  expect(ignored.trim().split("\n")).toEqual(names);
});
