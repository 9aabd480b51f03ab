import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBaseVersion } from "../../src/cli/git.js";

let repository: string;

function git(...args: string[]): string {
  return execFileSync("git", args, {
    cwd: repository,
    encoding: "utf8",
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@example.com",
    },
  }).trim();
}

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(join(repository, path, ".."), { recursive: true });
  writeFileSync(join(repository, path), text);
}

function commit(): string {
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", "change");
  return git("rev-parse", "HEAD");
}

function read(
  ref: string,
  folder: string,
  cwd = repository,
): { commit: string; files: Record<string, string> } {
  const base = readBaseVersion(ref, folder, (name) => name.endsWith(".yaml"), cwd);
  return {
    commit: base.commit,
    files: Object.fromEntries(base.files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])),
  };
}

beforeEach(() => {
  repository = realpathSync(mkdtempSync(join(tmpdir(), "mailstack-git-")));
  git("init", "-q", "-b", "main");
});

afterEach(() => {
  rmSync(repository, { recursive: true });
});

describe("readBaseVersion", () => {
  it("reads a folder's files as they were, whatever stands there now", () => {
    write("domains/a.yaml", "domain: a\n");
    write("domains/b.yaml", "");
    write("domains/notes.md", "no\n");
    write("domains/old/c.yaml", "domain: c\n");
    write("domains/ü x.yaml", "domain: ü\n");
    const first = commit();
    rmSync(join(repository, "domains"), { recursive: true });
    write("domains/a.yaml", "changed\n");
    commit();
    expect(read("HEAD~1", "domains")).toEqual({
      commit: first,
      files: { "domains/a.yaml": "domain: a\n", "domains/b.yaml": "", "domains/ü x.yaml": "domain: ü\n" },
    });
  });

  it("keeps bytes as they are", () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0a, 0x0d, 0x0a]);
    write("a.yaml", bytes);
    commit();
    const { files } = readBaseVersion("HEAD", ".", () => true, repository);
    expect([...files[0]!.bytes]).toEqual([...bytes]);
  });

  it("works from a subfolder and for a folder that is gone", () => {
    write("infra/domains/a.yaml", "domain: a\n");
    commit();
    const below = join(repository, "infra");
    expect(read("HEAD", "domains", below).files).toEqual({ "domains/a.yaml": "domain: a\n" });
    rmSync(join(below, "domains"), { recursive: true });
    expect(read("HEAD", "domains", below).files).toEqual({ "domains/a.yaml": "domain: a\n" });
    expect(read("HEAD", "../infra/domains", below).files).toEqual({
      "../infra/domains/a.yaml": "domain: a\n",
    });
  });

  it("is empty for a folder that did not exist yet", () => {
    commit();
    write("domains/a.yaml", "domain: a\n");
    expect(read("HEAD", "domains").files).toEqual({});
  });

  it("compares with the commit where the branch began, not with what others merged since", () => {
    write("domains/a.yaml", "one\n");
    const fork = commit();
    git("switch", "-q", "-c", "topic");
    write("domains/b.yaml", "mine\n");
    commit();
    git("switch", "-q", "main");
    write("domains/c.yaml", "theirs\n");
    commit();
    git("switch", "-q", "topic");
    expect(read("main", "domains")).toEqual({ commit: fork, files: { "domains/a.yaml": "one\n" } });
  });

  it("takes the ref itself when there is no common commit", () => {
    write("domains/a.yaml", "one\n");
    const first = commit();
    git("switch", "-q", "--orphan", "other");
    write("domains/b.yaml", "two\n");
    commit();
    expect(read("main", "domains")).toEqual({ commit: first, files: { "domains/a.yaml": "one\n" } });
  });

  it.each(["nowhere", "--all", "", "HEAD:domains"])("refuses the ref %j", (ref) => {
    write("domains/a.yaml", "one\n");
    commit();
    expect(() => read(ref, "domains")).toThrow(
      expect.objectContaining({ exitCode: 2, code: "unknown-ref" }) as Error,
    );
  });

  it("refuses a folder outside of the repository, and a place without one", () => {
    commit();
    expect(() => read("HEAD", "..")).toThrow(
      expect.objectContaining({ exitCode: 2, code: "outside-repository" }) as Error,
    );
    const elsewhere = mkdtempSync(join(tmpdir(), "mailstack-no-git-"));
    try {
      expect(() => read("HEAD", ".", elsewhere)).toThrow(
        expect.objectContaining({ exitCode: 2, code: "no-repository" }) as Error,
      );
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});
