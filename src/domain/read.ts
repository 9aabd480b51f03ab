import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, normalize, resolve } from "node:path";
import type { SourceFile } from "../file/source-file.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { isDefaultsFile, isYamlName } from "../file/paths.js";
import { RULES, type RuleName } from "../rules/catalogue/rules.js";

export interface DomainFiles {
  /** Sorted by path, each file once; including the `_defaults.yaml` next to a given file. */
  readonly files: readonly SourceFile[];
  /** Paths that cannot be read; report them with the diagnostics of `loadDomains`. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Files are opened in groups: thousands at once would exhaust the descriptors. */
const FILES_AT_ONCE = 64;

/**
 * Reads domain files. A folder means its `.yaml` and `.yml` files, without subfolders and hidden files. A file given
 * by itself may have any name, and the `_defaults.yaml` next to it applies. All files of a folder are shown under
 * the same folder name, without `.`, `..` and doubled separators: their defaults are found by that name.
 * Never throws: an unreadable file is a diagnostic.
 */
export async function readDomainFiles(paths: readonly string[] = ["domains"]): Promise<DomainFiles> {
  const found = new Map<string, string>();
  const folders = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const add = (path: string): void => {
    const folder = resolve(dirname(path));
    if (!folders.has(folder)) folders.set(folder, dirname(path));
    if (!found.has(resolve(path))) found.set(resolve(path), join(folders.get(folder)!, basename(path)));
  };
  for (const path of paths.map(normalize)) {
    try {
      if ((await stat(path)).isDirectory()) {
        const files = await yamlFilesOf(path);
        if (!files.some((file) => !isDefaultsFile(file))) diagnostics.push(noDomainFiles(path));
        files.forEach(add);
      } else {
        add(path);
        (await yamlFilesOf(dirname(path))).filter(isDefaultsFile).forEach(add);
      }
    } catch (error) {
      diagnostics.push(unreadable(path, error));
    }
  }
  const files = await readAll([...found.values()], diagnostics);
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), diagnostics };
}

/** The YAML files of a folder, without subfolders and hidden files. */
export async function yamlFilesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".") && isYamlName(entry.name))
    .map((entry) => join(folder, entry.name));
}

async function readAll(paths: readonly string[], diagnostics: Diagnostic[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (let start = 0; start < paths.length; start += FILES_AT_ONCE) {
    const group = await Promise.allSettled(paths.slice(start, start + FILES_AT_ONCE).map(readOne));
    group.forEach((result, index) => {
      if (result.status === "fulfilled") files.push(result.value);
      else diagnostics.push(unreadable(paths[start + index]!, result.reason));
    });
  }
  return files;
}

async function readOne(path: string): Promise<SourceFile> {
  return { path, bytes: await readFile(path) };
}

function noDomainFiles(folder: string): Diagnostic {
  return diagnostic(
    "no-domain-files",
    folder,
    "the folder contains no domain files",
    "add one with `mailstack add yourdomain.com`",
  );
}

const REASONS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: ["there is no such file or folder", "check the path; by default, domain files are in domains/"],
  EACCES: ["the file cannot be read: permission denied", "check the file's permissions"],
  EISDIR: ["this is a folder, not a file", "rename the folder"],
  ELOOP: ["the symbolic link leads back to itself", "replace the link with the file"],
  ENOTDIR: ["part of the path is a file, not a folder", "check the path"],
};

function unreadable(path: string, error: unknown): Diagnostic {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  const [message, hint] = REASONS[code] ?? [`the file cannot be read: ${code}`, "check the path"];
  return diagnostic("unreadable-file", path, message, hint);
}

function diagnostic(rule: RuleName, file: string, message: string, hint: string): Diagnostic {
  return { file, line: 1, column: 1, severity: RULES[rule].severity, rule, message, hint };
}
