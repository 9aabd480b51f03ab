import { remember } from "../file/remember.js";
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parse } from "yaml";
import type { SendingDomain } from "../domain/sending-domain.js";
import { isYamlName } from "../file/paths.js";
import type { StackShare } from "../fleet/stack-shares.js";
import type { ChangedFiles, StackVersion } from "../fleet/touched.js";
import { shareOf } from "../project/shares.js";
import { BadStackFile, isStackFile, parseStackFile, type StackFile } from "../project/stack-files.js";
import { changedPaths, readBaseVersion } from "./git.js";
import { checkOffline } from "./load-fleet.js";
import { folderRegion, type ProjectStack } from "./project.js";

/** The stacks where this branch left another one, and what it changed since outside the domain files. */
export interface BaseStacks extends StackVersion {
  readonly commit: string;
  readonly changed: ChangedFiles;
}

/**
 * Files that every stack depends on, relative to the project: the program, its dependencies, what checks its build, and
 * the project's file. `main` of that file is added.
 */
const SHARED = [
  ...["Pulumi.yaml", "Pulumi.yml", "package.json", "tsconfig.json", "src", "scripts"],
  ...["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"],
  ...["index.js", "index.mjs", "index.cjs", "index.ts"],
];

/**
 * Reads the stacks' files and the domain files where the current branch left `ref`.
 * @param now the stacks as they are
 * @throws CliError as `readBaseVersion` does
 */
export function readBaseStacks(ref: string, root: string, now: readonly ProjectStack[]): BaseStacks {
  const { commit, files } = readBaseVersion(ref, root, isStackFile, root);
  const before = files.flatMap(readable);
  const shares = before.flatMap((file) => shareOf(file, root).share ?? []);
  const bytes = new Map(before.map((file) => [file.stack, Buffer.from(file.bytes)]));
  const changed = now.filter(({ file }) => bytes.get(file.stack)?.equals(file.bytes) !== true);
  const known = new Map<string, readonly SendingDomain[]>();
  return {
    commit,
    shares,
    domainsOf: (share) => {
      const key = JSON.stringify([share.folder, share.region]);
      return remember(known, key, () => readBaseDomains(commit, root, share));
    },
    changed: {
      shared: changedPaths(commit, root, [...SHARED, ...mainOf(root)]),
      stacks: new Set(changed.map(({ file }) => file.stack)),
    },
  };
}

/** A file that was no YAML then: its stack counts as new. */
function readable(source: Pick<StackFile, "path" | "bytes">): StackFile[] {
  try {
    return [parseStackFile(source)];
  } catch (error) {
    if (error instanceof BadStackFile) return [];
    throw error;
  }
}

/** Files that were not valid then are left out: their domains count as added. */
function readBaseDomains(commit: string, root: string, share: StackShare): readonly SendingDomain[] {
  const isDomainFile = (name: string): boolean => isYamlName(name) && !name.startsWith(".");
  const { files } = readBaseVersion(commit, resolve(root, share.folder), isDomainFile, root);
  return checkOffline(files, folderRegion([share])).domains;
}

/** The project's file, as far as it is read. */
interface ProjectFile {
  readonly name?: unknown;
  readonly main?: unknown;
}

/** Undefined if there is none, or it is no YAML: Pulumi says more about it. */
function projectFile(root: string): ProjectFile | undefined {
  const path = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(root, name)).find((file) => existsSync(file));
  if (path === undefined) return undefined;
  try {
    return (parse(readFileSync(path, "utf8")) as ProjectFile | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function mainOf(root: string): string[] {
  const main = projectFile(root)?.main;
  return typeof main === "string" && main !== "" && resolve(root, main) !== resolve(root)
    ? [relative(root, resolve(root, main))]
    : [];
}

/** The project's name, which is part of each URN. */
export function projectName(root: string): string | undefined {
  const name = projectFile(root)?.name;
  return typeof name === "string" ? name : undefined;
}
