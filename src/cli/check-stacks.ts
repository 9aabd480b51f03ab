import { relative, resolve } from "node:path";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { folderOf } from "../file/paths.js";
import { fleetsOf, shareProblems, type FolderDomains, type StackShare } from "../fleet/stack-shares.js";
import { groupBy } from "../file/group-by.js";
import { DEFAULT_FOLDER } from "../project/shares.js";
import { untakenFolders } from "../project/untaken.js";
import { checkFolder, checkFolders, folderExists, joinFleets, type CheckedFiles } from "./load-fleet.js";
import { CliError } from "./output.js";
import { folderRegion, readStacks, type DefaultRegion, type ProjectStack } from "./project.js";

/** The stacks of a project with the domains of their folders. */
export interface CheckedStacks extends CheckedFiles {
  readonly stacks: readonly ProjectStack[];
  readonly shares: readonly StackShare[];
  /** The valid domains of a share's folder. */
  readonly domainsOf: FolderDomains;
}

export interface CheckStacksOptions {
  /** Instead of what the stacks' files and the environment say. */
  readonly region?: string;
  /** Whether a folder that does not exist stands for no domains. */
  readonly mayBeMissing?: boolean;
}

/**
 * Checks the folders of all stacks, and that each domain is taken by one stack. The folders of stacks that may share
 * accounts are one fleet: a MAIL FROM name that two of them use is an error.
 * @throws CliError if a stack's file is not YAML, or its folder is missing
 */
export async function checkStacks(
  root: string,
  { region, mayBeMissing = false }: CheckStacksOptions = {},
): Promise<CheckedStacks> {
  const regionOf = (shares: readonly StackShare[]): DefaultRegion => region ?? folderRegion(shares);
  const cwd = process.cwd();
  const stacks = readStacks(root);
  const shares = stacks.flatMap(({ share }) => (share === undefined ? [] : [share]));
  const shown = (folder: string): string => relative(cwd, resolve(root, folder)) || ".";
  const fleets = new Map(
    fleetsOf(shares)
      .flatMap(byRegion)
      .map((fleet) => [fleet, byFolder(fleet)] as const),
  );
  const checked = new Map<string, CheckedFiles>();
  for (const [, folders] of fleets) {
    const key = keyOf(folders);
    if (!checked.has(key)) checked.set(key, await checkOne(folders, shown, regionOf, mayBeMissing));
  }
  const parts =
    shares.length > 0
      ? [...checked.values()]
      : [await checkFolder(shown(DEFAULT_FOLDER), regionOf([]), { mayBeMissing })];
  const domainsIn = new Map<StackShare, readonly SendingDomain[]>();
  for (const [fleet, folders] of fleets) {
    const groups = groupBy(checked.get(keyOf(folders))!.fleet, ({ file }) => folderOf(file));
    for (const share of fleet) domainsIn.set(share, groups.get(folderName(shown(share.folder))) ?? []);
  }
  const domainsOf: FolderDomains = (share) => domainsIn.get(share) ?? [];
  const problems: Diagnostic[] = [
    ...stacks.flatMap((stack) => stack.problems),
    ...shareProblems(shares, domainsOf),
    ...(shares.length === 0
      ? []
      : await untakenFolders(root, [...new Set(shares.map(({ folder }) => folder))], shown)),
  ];
  const joined = joinFleets(parts);
  return {
    ...joined,
    diagnostics: [...problems, ...joined.diagnostics],
    sources: new Map([...joined.sources, ...stacks.map(({ file }) => [file.path, file] as const)]),
    stacks,
    shares,
    domainsOf,
  };
}

type Folders = ReadonlyMap<string, readonly StackShare[]>;

function byFolder(fleet: readonly StackShare[]): Folders {
  return groupBy(fleet, ({ folder }) => folder);
}

/** Where stacks of one folder have different Regions, each sees other domains: they are checked one by one. */
function byRegion(fleet: readonly StackShare[]): readonly (readonly StackShare[])[] {
  const agree = [...byFolder(fleet).values()].every(
    (shares) => new Set(shares.map(({ region }) => region)).size === 1,
  );
  return agree ? [fleet] : [...groupBy(fleet, ({ region }) => region ?? "").values()];
}

/** Fleets with the same folders and Regions have the same problems. */
function keyOf(folders: Folders): string {
  return JSON.stringify(
    [...folders].map(([folder, shares]) => [folder, [...new Set(shares.map(({ region }) => region))]]),
  );
}

async function checkOne(
  folders: Folders,
  shown: (folder: string) => string,
  regionOf: (shares: readonly StackShare[]) => DefaultRegion,
  mayBeMissing: boolean,
): Promise<CheckedFiles> {
  const named = new Map(
    [...folders].map(([folder, shares]) => [shown(folder), { region: regionOf(shares), shares }] as const),
  );
  try {
    const [[folder, { region }] = ["", { region: undefined }], ...others] = [...named];
    return others.length === 0
      ? await checkFolder(folder, region, { mayBeMissing })
      : await checkFolders(
          new Map(
            [...named]
              .filter(([folder]) => !mayBeMissing || folderExists(folder))
              .map(([folder, { region }]) => [folder, region]),
          ),
        );
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== "no-such-path") throw error;
    const stacks = [...named].flatMap(([folder, { shares }]) =>
      shares.map(({ stack }) => `${stack} takes ${folder}`),
    );
    throw new CliError(`${error.message} (${stacks.join(", ")})`, {
      exitCode: error.exitCode,
      code: error.code,
      hint: "create the folder, or correct mailstack:domainsDir in the stack's file",
      cause: error,
    });
  }
}

/** The folder as the paths of its files have it. */
function folderName(folder: string): string {
  return folder === "." ? "" : folder;
}
