import { closeSync, lstatSync, openSync, readSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { join, relative } from "node:path";
import { PROJECT_NAME } from "./engine.js";
import type { SandboxPaths } from "./paths.js";

/** Files that the sandbox creates in a folder: their names and, for names that others may use too, how they begin. */
interface Made {
  readonly name: RegExp;
  readonly begins?: string;
}

const JOURNALS: readonly Made[] = [{ name: /^[a-z-]+\.jsonl(\.new)?$/, begins: '["' }];

/** What a process leaves behind if it is killed while taking a lock. */
const LOCK_LEFT = String.raw`\.lock(\.\d+(\.stale)?)?$`;

const STATES: readonly Made[] = [
  { name: /\.json(\.new)?$/, begins: '{"version":3,"deployment":' },
  { name: /\.json\.key$/ },
  { name: new RegExp(String.raw`\.json${LOCK_LEFT}`), begins: '{"pid":' },
];

/** Left by a killed run; it is empty. */
const MARK: Made = { name: /\.unfinished$/, begins: "" };

const PROJECT: readonly Made[] = [
  { name: /^Pulumi\.yaml$/, begins: `{"name":"${PROJECT_NAME}","main":` },
  { name: /^Pulumi\..+\.yaml$/ },
  MARK,
];

/** What Pulumi keeps in its home (`sdk/go/common/workspace/paths.go`), including whole folders. */
const HOME =
  /^(workspaces|plugins|bin|templates|templates-policy|policies|schemas|logs|accounts\.json|credentials\.json|config\.json|pulumi_config\.json|\.cachedVersionInfo)(\.lock)?$/;

/** Where a local backend of Pulumi keeps what it knows of a project's stacks. */
const STACKS = ["stacks", "history", "backups", "locks/organization"];

/**
 * Deletes what a sandbox created below its folder, and nothing else: `--state` may name a folder that contains other
 * things with the same names. Folders that end up empty are deleted too.
 * @returns what it found in the sandbox's own folders and kept, relative to the root; folders end with `/`
 */
export function clearSandbox(paths: SandboxPaths): string[] {
  const { root, ses, cloudflare, embedded, pulumi } = paths;
  const [project, home] = [join(pulumi, "project"), join(pulumi, "home")];
  const bookkeeping = join(pulumi, "backend", ".pulumi");
  for (const folder of [ses, cloudflare]) remove(folder, JOURNALS);
  remove(embedded, [...STATES, MARK]);
  remove(pulumi, [MARK]);
  // The project shows that Pulumi ran here for the sandbox, and is deleted last.
  if (entriesOf(project).some((name) => isMade(join(project, name), name, [PROJECT[0]!]))) {
    for (const name of entriesOf(home)) if (HOME.test(name)) rmSync(join(home, name), { recursive: true });
    for (const kind of STACKS) {
      if (isFolder(join(bookkeeping, kind))) {
        rmSync(join(bookkeeping, kind, PROJECT_NAME), { recursive: true, force: true });
      }
    }
    dropEmpty(...STACKS.map((kind) => join(bookkeeping, kind)), join(bookkeeping, "locks"));
    if (entriesOf(bookkeeping).every((name) => BACKEND_NOTE.test(name))) {
      remove(bookkeeping, [{ name: BACKEND_NOTE }]);
    }
    remove(project, PROJECT);
  }
  remove(root, [
    { name: /^serve\.json(\.new)?$/, begins: '{"ses":' },
    { name: /^dkim-keys\.json$/, begins: "{" },
    { name: new RegExp(String.raw`^services${LOCK_LEFT}`), begins: '{"pid":' },
  ]);
  const own = [bookkeeping, join(pulumi, "backend"), project, home, pulumi, embedded, cloudflare, ses];
  dropEmpty(...own);
  return [ses, cloudflare, embedded, pulumi].flatMap((folder) => left(folder, root, new Set(own))).sort();
}

/** The version of a backend; kept while the backend has stacks of other projects. */
const BACKEND_NOTE = /^meta\.yaml(\.attrs)?$/;

function remove(folder: string, kinds: readonly Made[]): void {
  for (const name of entriesOf(folder)) {
    const path = join(folder, name);
    if (isMade(path, name, kinds)) rmSync(path);
  }
}

function isMade(path: string, name: string, kinds: readonly Made[]): boolean {
  const kind = kinds.find((one) => one.name.test(name));
  if (kind === undefined || !lstatSync(path).isFile()) return false;
  if (kind.begins === undefined) return true;
  const head = headOf(path, kind.begins.length + 1);
  // A kill may have cut it short, down to nothing.
  return kind.begins.startsWith(head) || (kind.begins !== "" && head.startsWith(kind.begins));
}

function headOf(path: string, length: number): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0)).toString("latin1");
  } finally {
    closeSync(file);
  }
}

/** Names in a folder; none if it doesn't exist. A link to a folder does not belong to the sandbox. */
function entriesOf(folder: string): string[] {
  return isFolder(folder) ? readdirSync(folder) : [];
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function dropEmpty(...folders: readonly string[]): void {
  for (const folder of folders) {
    if (isFolder(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

function left(path: string, root: string, own: ReadonlySet<string>): string[] {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return [];
  if (isFolder(path) && own.has(path)) {
    return readdirSync(path).flatMap((name) => left(join(path, name), root, own));
  }
  return [relative(root, path) + (isFolder(path) ? "/" : "")];
}
