import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { basename, dirname, join, posix, relative, resolve, sep } from "node:path";
import type { SourceFile } from "../file/source-file.js";
import { CliError, ExitCode } from "./output.js";

/** Far above any domain folder; git's answer is held in memory. */
const MAX_OUTPUT = 512 * 1024 * 1024;

function git(cwd: string, args: readonly string[], input?: string): { status: number | null; out: Buffer } {
  const result = spawnSync("git", args, { cwd, input, maxBuffer: MAX_OUTPUT });
  if (result.error) {
    const missing = (result.error as NodeJS.ErrnoException).code === "ENOENT";
    throw new CliError(
      missing ? "git is not installed, or not on PATH" : `git failed: ${result.error.message}`,
      { code: "git-failed", hint: "--base needs git; without it, the command shows what is there now" },
    );
  }
  return { status: result.status, out: result.stdout };
}

/** The real path of a folder that may no longer exist in the working tree. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realFolder(dirname(path)), basename(path));
  }
}

/**
 * Reads a folder as it was where the current branch left `ref`. Later commits on `ref` are not changes of this branch.
 * Without a common commit (a shallow clone, unrelated histories), reads `ref` itself.
 * @param folder relative to `cwd`, or absolute
 * @param accept which file names to read
 * @returns the full id of the commit, and the folder's files there, not those of its subfolders; none if there was no
 *   such folder
 * @throws CliError (exit code 2) outside a repository, for a folder outside of it, and for an unknown ref
 */
export function readBaseVersion(
  ref: string,
  folder: string,
  accept: (name: string) => boolean,
  cwd: string = process.cwd(),
) {
  const top = git(cwd, ["rev-parse", "--show-toplevel"]);
  if (top.status !== 0) {
    throw new CliError("--base needs a git repository, but this folder is not in one", {
      code: "no-repository",
    });
  }
  const root = realFolder(top.out.toString().replace(/\r?\n$/, ""));
  const inside = relative(root, realFolder(resolve(cwd, folder)));
  if (inside === ".." || inside.startsWith(".." + sep)) {
    throw new CliError(`${folder} is outside the git repository ${root}`, { code: "outside-repository" });
  }
  const verified = git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (verified.status !== 0) {
    throw new CliError(`--base: git can't find the commit ${JSON.stringify(ref)}`, {
      code: "unknown-ref",
      hint: "fetch it first (git fetch origin main; in GitHub Actions: actions/checkout with fetch-depth: 0)",
    });
  }
  const tip = verified.out.toString().trim();
  const common = git(root, ["merge-base", tip, "HEAD"]);
  const commit = common.status === 0 ? common.out.toString().trim() : tip;
  return { commit, files: readTree(root, commit, inside.split(sep).join("/"), folder, accept) };
}

/**
 * Paths below a folder, with `/`, that differ between a commit and the working tree; new files that git doesn't know yet
 * are among them.
 * @param paths to look at, relative to the folder; those that don't exist are no error
 */
export function changedPaths(commit: string, folder: string, paths: readonly string[]): readonly string[] {
  const commands = [
    ["diff", "--name-only", "-z", "--no-renames", "--relative", commit, "--", ...paths],
    ["ls-files", "-z", "--others", "--exclude-standard", "--", ...paths],
  ];
  const found = commands.map((args) => {
    const { status, out } = git(folder, ["--literal-pathspecs", ...args]);
    if (status === 0) return out.toString().split("\0").filter(Boolean);
    throw gitFailed(`git cannot compare ${folder} with ${commit}`);
  });
  return [...new Set(found.flat())].sort();
}

function readTree(
  root: string,
  commit: string,
  inside: string,
  shown: string,
  accept: (name: string) => boolean,
): SourceFile[] {
  const below = inside === "" ? [] : [inside + "/"];
  const listing = git(root, ["ls-tree", "-z", "--full-tree", commit, "--", ...below]);
  if (listing.status !== 0) {
    throw gitFailed(`git cannot list ${shown} at ${commit}`);
  }
  // Each entry: "<mode> blob <id>\t<path>"; mode 100644 or 100755 is a plain file, not a symbolic link
  const entries = listing.out
    .toString()
    .split("\0")
    .map((line) => /^100\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ id: match[1]!, name: posix.basename(match[2]!) }))
    .filter(({ name }) => accept(name));
  const blobs = readBlobs(
    root,
    entries.map(({ id }) => id),
  );
  return entries.map(({ name }, index) => ({ path: join(shown, name), bytes: blobs[index]! }));
}

/** One `git cat-file` for all files: a process for each of thousands would take minutes. */
function readBlobs(root: string, ids: readonly string[]): Uint8Array[] {
  if (ids.length === 0) return [];
  const { status, out } = git(root, ["cat-file", "--batch"], ids.join("\n") + "\n");
  const blobs: Uint8Array[] = [];
  // Each answer: "<id> blob <size>\n<content>\n"; "<id> missing\n" in a partial clone without network.
  for (let at = 0; status === 0 && at < out.length;) {
    const lineEnd = out.indexOf(0x0a, at);
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(out.toString("latin1", at, lineEnd))?.[1];
    if (size === undefined) break;
    const start = lineEnd + 1;
    blobs.push(out.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  if (blobs.length !== ids.length) {
    throw gitFailed(
      "git cannot read the files of the base version",
      "a partial clone doesn't have their content; run git fetch --refetch to get it",
    );
  }
  return blobs;
}

function gitFailed(message: string, hint?: string): CliError {
  return new CliError(message, { exitCode: ExitCode.failed, code: "git-failed", hint });
}
