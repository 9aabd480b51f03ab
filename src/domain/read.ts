import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, normalize, resolve } from "node:path";
import type { SourceFile } from "../file/source-file.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { isDefaultsFile, isYamlName } from "../file/paths.js";
import { RULES, type RuleName } from "../rules/catalogue/rules.js";

export interface ReadResult {
  /** Sorted by path, each file once; the `_defaults.yaml` beside a given file included. */
  readonly files: readonly SourceFile[];
  /** Paths that cannot be read; hand them on with the diagnostics of `loadDomains`. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Files are opened in groups: thousands at once would exhaust the descriptors. */
const FILES_AT_ONCE = 64;

/**
 * Reads domain files. A folder stands for its `.yaml` and `.yml` files, not those of its subfolders and not those
 * whose names begin with a dot. A file that is given by itself may have any name, and the `_defaults.yaml` beside
 * it applies. All files of a folder are shown below one name of it, without `.`, `..` and doubled separators: the
 * defaults are found by that name. Never throws: what cannot be read is a diagnostic.
 */
export async function readDomainFiles(paths: readonly string[] = ["domains"]): Promise<ReadResult> {
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

async function yamlFilesOf(folder: string): Promise<string[]> {
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
    "the folder holds no domain files",
    "add one with `mailstack add yourdomain.com`",
  );
}

const REASONS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: [
    "there is no such file or folder",
    "check the path; domain files live in domains/ unless told otherwise",
  ],
  EACCES: ["the file cannot be read: permission denied", "give yourself the right to read it"],
  EISDIR: ["a folder stands where a file belongs", "rename the folder"],
  ELOOP: ["the link leads in a circle", "replace the link by the file"],
  ENOTDIR: ["a file stands where the path needs a folder", "check the path"],
};

function unreadable(path: string, error: unknown): Diagnostic {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  const [message, hint] = REASONS[code] ?? [`the file cannot be read: ${code}`, "check the path"];
  return diagnostic("unreadable-file", path, message, hint);
}

function diagnostic(rule: RuleName, file: string, message: string, hint: string): Diagnostic {
  return { file, line: 1, column: 1, severity: RULES[rule].severity, rule, message, hint };
}
