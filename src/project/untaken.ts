import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { yamlFilesOf } from "../domain/read.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { isDefaultsFile } from "../file/paths.js";
import { brokenRule, startOf } from "../file/problem.js";

/**
 * Folders beside or below those of the stacks that hold domain files, but that no stack takes.
 * @param taken relative to the project, with `/`
 * @param shown a folder as people see it
 */
export async function untakenFolders(
  root: string,
  taken: readonly string[],
  shown: (folder: string) => string,
): Promise<Diagnostic[]> {
  const parents = taken.map((folder) => posix.dirname(folder)).filter((folder) => !/^\.{1,2}$/.test(folder));
  const candidates = new Set([
    ...parents,
    ...[...taken, ...parents].flatMap((folder) => subfolders(root, folder)),
  ]);
  const found = await Promise.all(
    [...candidates]
      .filter((folder) => !taken.includes(folder))
      .map(async (folder) => {
        const files = existsSync(join(root, folder)) ? await yamlFilesOf(join(root, folder)) : [];
        const domains = files.filter((file) => !isDefaultsFile(file));
        return domains.length === 0 ? [] : [problem(shown(folder), domains.length)];
      }),
  );
  return found.flat();
}

function subfolders(root: string, folder: string): string[] {
  if (folder === "." || !existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => posix.join(folder, name));
}

function problem(folder: string, files: number): Diagnostic {
  return brokenRule("stack-folder", startOf(folder), {
    message: `no stack takes this folder: nobody manages its ${files === 1 ? "domain" : `${files} domains`}`,
    hint: `add a stack for it: pulumi stack init <name>, then pulumi config set mailstack:domainsDir ${folder}`,
  });
}
