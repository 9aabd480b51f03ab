import { existsSync, statSync } from "node:fs";
import { dirname, normalize, resolve } from "node:path";
import type { LoadOptions, LoadResult, SendingDomain } from "../domain/sending-domain.js";
import type { SourceFile } from "../file/source-file.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { isDefaultsFile } from "../file/paths.js";
import { readDomainFiles } from "../domain/read.js";
import { checkDomains } from "../fleet/check-domains.js";
import { CliError } from "./output.js";
import type { DefaultRegion } from "./project.js";

/** Region that the offline commands assume when nothing names one; the program itself stops instead. */
export const FALLBACK_REGION = "us-east-1";

/** Checked domain files together with their bytes, for code frames. */
export interface CheckedFiles extends LoadResult {
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** The valid domains of whole folders, including those of files that were not asked for. */
  readonly fleet: readonly SendingDomain[];
}

/**
 * Checks files that are read already. If no Region is known, the records are shown for us-east-1 and one
 * warning (`missing-region`) says so: a checkout without stack configuration can still be checked.
 * @throws CliError if a file names no Region and the stacks have different ones
 */
export function checkOffline(
  files: readonly SourceFile[],
  region: DefaultRegion,
  options: Pick<LoadOptions, "folderRegions"> = {},
): LoadResult {
  const strict = checkDomains(files, {
    ...options,
    ...(typeof region === "string" && { defaultRegion: region }),
  });
  const missing = strict.diagnostics.filter(({ rule }) => rule === "missing-region");
  if (typeof region === "string" || missing.length === 0) return strict;
  if (region !== undefined) throw region;
  const assumed = checkDomains(files, { ...options, defaultRegion: FALLBACK_REGION });
  const warning: Diagnostic = {
    ...missing[0]!,
    severity: "warning",
    message:
      `no Region is set for ${missing.length === 1 ? "this domain" : `${missing.length} domains`}; ` +
      `${FALLBACK_REGION} is assumed here, but pulumi up stops without a Region`,
    hint: "run `pulumi config set aws:region us-east-1`, set `region` in _defaults.yaml, or pass --region",
  };
  return { ...assumed, diagnostics: [...assumed.diagnostics, warning].sort(byPlace) };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** Checks paths as one fleet: all files of a folder, or one file together with the others in its folder. */
async function checkPaths(
  paths: readonly string[],
  region: DefaultRegion,
  options: Pick<LoadOptions, "folderRegions"> = {},
): Promise<CheckedFiles> {
  const read = await readDomainFiles(paths);
  const checked = checkOffline(read.files, region, options);
  return {
    ...checked,
    diagnostics: [...read.diagnostics, ...checked.diagnostics].sort(byPlace),
    sources: new Map(read.files.map((file) => [file.path, file])),
    fleet: checked.domains,
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new CliError(`there is no file or folder ${JSON.stringify(path)}`, {
      code: "no-such-path",
      hint: "domain files live in domains/ unless the stack's mailstack:domainsDir says otherwise",
      cause: error,
    });
  }
}

export function folderExists(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/**
 * Checks one folder of domain files.
 * @param options.mayBeMissing whether a folder that does not exist stands for no domains
 */
export async function checkFolder(
  path: string,
  region: DefaultRegion,
  options: { readonly mayBeMissing?: boolean } = {},
): Promise<CheckedFiles> {
  const folder = normalize(path);
  if (options.mayBeMissing === true && !existsSync(folder)) {
    return { domains: [], diagnostics: [], allowed: [], files: 0, sources: new Map(), fleet: [] };
  }
  if (!isFolder(folder)) {
    throw new CliError(`${folder} is a file, not a folder of domain files`, { code: "not-a-folder" });
  }
  return checkPaths([folder], region);
}

/**
 * Checks folders and single files. A file is checked together with the others of its folder, since many problems
 * only show there, but only what concerns the files asked for is reported. Each folder is a fleet of its own.
 */
export async function checkArguments(paths: readonly string[], region: DefaultRegion): Promise<CheckedFiles> {
  const folders = new Map<string, { readonly shown: string; whole: boolean; readonly files: string[] }>();
  for (const path of paths.map(normalize)) {
    const whole = isFolder(path);
    const shown = whole ? path : dirname(path);
    const entry = folders.get(resolve(shown)) ?? { shown, whole: false, files: [] };
    folders.set(resolve(shown), entry);
    if (whole) entry.whole = true;
    else entry.files.push(path);
  }
  const parts: CheckedFiles[] = [];
  for (const { shown, whole, files } of folders.values()) {
    const checked = await checkPaths([...files, shown], region);
    parts.push(whole ? checked : onlyFiles(checked, files));
  }
  return together(parts);
}

function together(parts: readonly CheckedFiles[]): CheckedFiles {
  return {
    domains: parts.flatMap(({ domains }) => domains),
    diagnostics: parts.flatMap(({ diagnostics }) => diagnostics).sort(byPlace),
    allowed: parts.flatMap(({ allowed }) => allowed),
    files: parts.reduce((sum, { files }) => sum + files, 0),
    sources: new Map(parts.flatMap(({ sources }) => [...sources])),
    fleet: parts.flatMap(({ fleet }) => fleet),
  };
}

/**
 * Checks several folders as one fleet: those of stacks that may share accounts.
 * @param folders each with the default Region of its stacks
 * @throws CliError if a folder is missing, or a file names no Region and the stacks of its folder have different ones
 */
export async function checkFolders(folders: ReadonlyMap<string, DefaultRegion>): Promise<CheckedFiles> {
  const regions = [...folders].flatMap(([folder, region]) =>
    typeof region === "string" ? [[folder, region] as const] : [],
  );
  const undecided = [...folders.values()].find((region) => region instanceof CliError);
  for (const folder of folders.keys()) isFolder(folder);
  return checkPaths([...folders.keys()], undecided, { folderRegions: new Map(regions) });
}

/** The results of fleets that have nothing to do with each other, in one. A folder in several is told of once. */
export function joinFleets(parts: readonly CheckedFiles[]): CheckedFiles {
  const joined = together(parts);
  const once = <T extends { readonly file: string }>(values: readonly T[]): T[] => [
    ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
  ];
  const domains = [...new Map(joined.domains.map((domain) => [domain.file, domain])).values()];
  return {
    ...joined,
    domains,
    diagnostics: once(joined.diagnostics),
    allowed: once(joined.allowed),
    files: joined.sources.size,
  };
}

/**
 * Checks one file together with the others in its folder.
 * @param options.mayBeMissing whether a file that does not exist stands for no domains
 */
export async function checkSingleFile(
  file: string,
  region: DefaultRegion,
  options: { readonly mayBeMissing?: boolean } = {},
): Promise<CheckedFiles> {
  if (options.mayBeMissing !== true || existsSync(file)) return checkArguments([file], region);
  return onlyFiles(await checkFolder(dirname(file), region, options), [file]);
}

/** What concerns these files: a problem in them, in their defaults, or elsewhere if they take part in it. */
function onlyFiles(checked: CheckedFiles, files: readonly string[]): CheckedFiles {
  const asked = new Set(files.map((file) => resolve(file)));
  const concerns = ({ file }: { readonly file: string }): boolean => asked.has(resolve(file));
  return {
    domains: checked.domains.filter(concerns),
    diagnostics: checked.diagnostics.filter(
      (diagnostic) =>
        concerns(diagnostic) || isDefaultsFile(diagnostic.file) || (diagnostic.related ?? []).some(concerns),
    ),
    allowed: checked.allowed.filter(concerns),
    files: files.length,
    sources: checked.sources,
    fleet: checked.fleet,
  };
}
