import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildName } from "../../scripts/build-check.mjs";
import { domainFilesDigest } from "../../src/guard/provenance.js";
import { dmarcStep, identityStep, preview, type RawStep } from "../guard/previews.js";
import { mailstack, type RunResult } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const A = "a.example";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A project with two domains, of which the branch removes one, and a preview of that. */
function project(steps: readonly RawStep[] = [identityStep("delete", A)]): void {
  const kept = "domain: b.example\nregion: us-east-1\n";
  workspace.write("Pulumi.yaml", "name: mail\nruntime: nodejs\n");
  workspace.write("Pulumi.prod.yaml", "config: {}\n");
  workspace.write("domains/a.example.yaml", "domain: a.example\nregion: us-east-1\n");
  workspace.write("domains/b.example.yaml", kept);
  const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace.path, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git(
    ...["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"],
    ...["commit", "-q", "-m", "all domains"],
  );
  rmSync(join(workspace.path, "domains/a.example.yaml"));
  const domainFiles = domainFilesDigest([{ path: "b.example.yaml", bytes: bytes(kept) }]);
  workspace.write("preview.json", JSON.stringify(preview({ program: buildName(), domainFiles }, steps)));
}

const run = (...args: string[]): Promise<RunResult> => mailstack(["guard", ...args], { cwd: workspace.path });

describe("mailstack guard", () => {
  it("stops a deletion, and lets it pass with the line that it prints", async () => {
    project();
    const before = await run("preview.json", "--base", "main", "--stack", "prod");
    expect(before.code).toBe(1);
    expect(before.stdout).toContain("mail from `a.example` stops");
    const entry = /( +- change: .*\n.*digest: .*\n.*reason: )/.exec(before.stdout)![1]!;
    workspace.write("guard.yaml", `accept:\n${entry}sold\n`);
    const after = await run("preview.json", "--base", "main", "--stack", "prod");
    expect(after).toMatchObject({ code: 0, stderr: "" });
    expect(after.stdout).toContain("accepted: sold");
  });

  it("prints the review as JSON, and stops what differs from it", async () => {
    project([]);
    const review = await run("preview.json", "--json");
    expect(review.code).toBe(0);
    expect(JSON.parse(review.stdout)).toMatchObject({ ok: true, stack: "prod", project: "mail", steps: [] });
    workspace.write("review.json", review.stdout);
    project([dmarcStep("b.example", "p=none; sp=none", "p=none")]);
    const { code, stdout } = await run("preview.json", "--reviewed", "review.json", "--format", "markdown");
    expect(code).toBe(1);
    expect(stdout).toContain("| `b.example/dmarc` | nothing | `update TXT _dmarc.b.example: ");
    expect(stdout).toContain("Not checked without --base");
  });

  it("reads standard input", async () => {
    project();
    const { code, stderr } = await mailstack(["guard", "-"], { cwd: workspace.path, input: "{" });
    expect(code).toBe(4);
    expect(stderr).toContain("the preview is not one JSON document");
  });

  it.each([
    ["no preview", ["missing.json"], 4, "no-preview"],
    ["no review", ["preview.json", "--reviewed", "missing.json"], 4, "no-review"],
    ["no evidence", ["preview.json", "--evidence", "missing.json"], 4, "no-evidence"],
    ["a base that git doesn't know", ["preview.json", "--base", "nowhere"], 2, "unknown-ref"],
    ["an unknown format", ["preview.json", "--format", "xml"], 2, "invalid-argument"],
  ])("%s", async (_, args, code, name) => {
    project();
    const result = await run(...args, "--json");
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: name } });
  });

  it("says in a comment why it can't judge", async () => {
    project();
    workspace.write("domains/c.example.yaml", "domain: c.example\nregion: us-east-1\n");
    const { code, stdout, stderr } = await run("preview.json", "--format", "markdown");
    expect(code).toBe(4);
    expect(stdout).toContain("the preview was made from other domain files");
    expect(stderr).toContain("hint: preview this commit again");
  });

  it("points into guard.yaml", async () => {
    project();
    workspace.write("guard.yaml", "deletion: { count: 3 }\n");
    const { code, stderr } = await run("preview.json");
    expect(code).toBe(1);
    expect(stderr).toMatch(/guard\.yaml:1:1 error unknown key `deletion`/);
    expect(stderr).toContain("hint: did you mean `deletions`?");
  });
});
