import {
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
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeLock } from "../../../sandbox/src/engine/lock.js";
import { clearSandbox } from "../../../sandbox/src/run/clear.js";
import { sandboxPaths, type SandboxPaths } from "../../../sandbox/src/run/paths.js";
import { openServices } from "../../../sandbox/src/run/services.js";

let root: string;
let paths: SandboxPaths;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mailstack-clear-"));
  paths = sandboxPaths(root);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, content = "mine"): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

const PROJECT =
  '{"name":"mailstack","main":"/p","runtime":{"name":"nodejs","options":{"typescript":false}}}\n';

/** What the engines leave, finished, killed and half written. */
const MADE: Readonly<Record<string, string>> = {
  "embedded/sandbox.json": '{"version":3,"deployment":{"manifest":{}}}\n',
  "embedded/sandbox.json.new": '{"vers',
  "embedded/sandbox.json.key": "c2VjcmV0\n",
  "embedded/sandbox.json.lock": '{"pid":1}',
  "embedded/sandbox.json.lock.17.stale": '{"pid":1}',
  "embedded/sandbox.unfinished": "",
  "embedded/sandbox.json.unfinished": "",
  "pulumi/sandbox.unfinished": "",
  "pulumi/project/sandbox.unfinished": "",
  "pulumi/project/Pulumi.yaml": PROJECT,
  "pulumi/project/Pulumi.sandbox.yaml": "encryptionsalt: v1\n",
  "pulumi/home/credentials.json": "{}",
  "pulumi/home/workspaces/mailstack-1-workspace.json": "{}",
  "pulumi/backend/.pulumi/meta.yaml": "version: 1\n",
  "pulumi/backend/.pulumi/meta.yaml.attrs": "{}",
  "pulumi/backend/.pulumi/stacks/mailstack/sandbox.json": "{}",
  "pulumi/backend/.pulumi/history/mailstack/sandbox/sandbox-1.history.json": "{}",
  "pulumi/backend/.pulumi/locks/organization/mailstack/sandbox/1.json": "{}",
  "dkim-keys.json": '{"dkimKey":"…"}',
  "serve.json": '{"ses":"http://127.0.0.1:1"}\n',
  "services.lock.17": '{"pid":17}',
};

/** Names that the sandbox uses, and others beside them, with content that it never writes. */
const FOREIGN = [
  "ses/notes.txt",
  "ses/mail/archive.mbox",
  "ses/identities.jsonl",
  "cloudflare/token",
  "embedded/package.json",
  "embedded/todo.unfinished",
  "pulumi/notes.md",
  "pulumi/home/notes.md",
  "pulumi/project/index.ts",
  "pulumi/backend/.pulumi/stacks/other/dev.json",
  "pulumi/backend/.pulumi/policies/x",
];

describe("clearSandbox", () => {
  it("deletes all that the services and the engines leave", async () => {
    const services = await openServices({ paths, zones: ["example.com"] });
    await services.close();
    for (const [name, content] of Object.entries(MADE)) write(name, content);
    takeLock(paths.lock);
    expect(clearSandbox(paths)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  it("keeps and names everything else, whatever else is there", () => {
    const made = fc.subarray(Object.keys(MADE));
    fc.assert(
      fc.property(made, fc.subarray(FOREIGN, { minLength: 1 }), fc.boolean(), (made, foreign, twice) => {
        rmSync(root, { recursive: true, force: true });
        for (const name of made) write(name, MADE[name]);
        for (const name of foreign) write(name);
        const kept = clearSandbox(paths);
        for (const name of foreign) {
          expect(readFileSync(join(root, name), "utf8")).toBe("mine");
          expect(
            kept.filter((one) => name === one || (one.endsWith("/") && name.startsWith(one))),
          ).toHaveLength(1);
        }
        if (twice) expect(clearSandbox(paths)).toEqual(kept);
      }),
      { numRuns: 30 },
    );
  });

  it("touches no Pulumi backend or home in which the sandbox never was", () => {
    const names = ["pulumi/home/credentials.json", "pulumi/backend/.pulumi/stacks/mailstack/production.json"];
    for (const name of names) write(name);
    write("pulumi/project/Pulumi.yaml", "name: mailstack\nruntime: nodejs\n");
    expect(clearSandbox(paths)).toEqual([
      "pulumi/backend/.pulumi/stacks/",
      "pulumi/home/credentials.json",
      "pulumi/project/Pulumi.yaml",
    ]);
    for (const name of names) expect(existsSync(join(root, name))).toBe(true);
  });

  it("does not follow links out of its folder", () => {
    write("elsewhere/identities.jsonl", "");
    symlinkSync(join(root, "elsewhere"), paths.ses);
    expect(clearSandbox(paths)).toEqual(["ses"]);
    expect(existsSync(join(root, "elsewhere/identities.jsonl"))).toBe(true);
  });
});
