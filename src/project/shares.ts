import { relative, resolve } from "node:path";
import type { Diagnostic } from "../file/diagnostic.js";
import { brokenRule } from "../file/problem.js";
import { parseShard, SHARD_FORM } from "../fleet/shard.js";
import type { StackShare } from "../fleet/stack-shares.js";
import { placeInStackFile, type StackConfig, type StackFile } from "./stack-files.js";

export const DEFAULT_FOLDER = "domains";

/** What a stack takes, or what is wrong with its configuration. */
export interface ReadShare {
  readonly share?: StackShare;
  /** Empty if there is a share. */
  readonly problems: readonly Diagnostic[];
}

/**
 * What the stack's configuration says of the domains it takes.
 * @param root folder of the project
 */
export function shareOf(file: StackFile, root: string): ReadShare {
  const { stack, config } = file;
  const places = {
    shard: placeInStackFile(file, SHARD),
    folder: placeInStackFile(file, FOLDER),
  };
  const folder = config[FOLDER] ?? DEFAULT_FOLDER;
  const given = config[SHARD];
  // Unquoted, `2/8` is text too; a number or a list is not a shard.
  const shard = typeof given === "string" ? parseShard(given) : undefined;
  const problems: Diagnostic[] = [];
  if (typeof folder !== "string" || folder === "") {
    const message = `${FOLDER} is ${JSON.stringify(folder)}, but must be the path of a folder`;
    const hint = `set it with: pulumi config set ${FOLDER} domains/eu --stack ${stack}`;
    problems.push(brokenRule("stack-shard", places.folder, { message, hint }));
  }
  if (given !== undefined && shard === undefined) {
    const message = `${SHARD} is ${JSON.stringify(given)}, but must be ${SHARD_FORM}`;
    const hint = `set it with: pulumi config set ${SHARD} 2/8 --stack ${stack}`;
    problems.push(brokenRule("stack-shard", places.shard, { message, hint }));
  }
  if (problems.length > 0) return { problems };
  const region = config["aws:region"];
  return {
    share: {
      stack,
      folder: inProject(root, folder as string),
      ...(shard !== undefined && { shard }),
      ...(typeof region === "string" && region !== "" && { region }),
      accounts: accountsOf(config),
      places,
    },
    problems: [],
  };
}

export const SHARD = "mailstack:shard";
export const FOLDER = "mailstack:domainsDir";

/** A folder as the configuration names it, relative to the project, with `/`. */
export function inProject(root: string, folder: string): string {
  return relative(root, resolve(root, folder)).replaceAll("\\", "/") || ".";
}

/** The settings that choose or check an account, or another address than the service's own. */
const ACCOUNT_KEYS = [
  ...["aws:allowedAccountIds", "aws:profile", "aws:assumeRole", "aws:assumeRoles", "aws:accessKey"],
  ...["mailstack:sesEndpoint", "mailstack:cloudflareApiUrl"],
];

/** A secret is compared as it is encrypted: with another stack's key it looks different, and then nothing is certain. */
export function accountsOf(config: StackConfig): string {
  const set = ACCOUNT_KEYS.flatMap((key) => {
    const value = config[key];
    return value === undefined || value === null || value === "" ? [] : [[key, plain(value)]];
  });
  return set.length === 0 ? "" : JSON.stringify(set);
}

/** `pulumi config set` writes a list as JSON text, and `--path` as a list. */
function plain(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
