import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { someOf } from "../file/some-of.js";
import type { StackShare } from "../fleet/stack-shares.js";
import { DEFAULT_FOLDER, FOLDER, shareOf, type ReadShare } from "../project/shares.js";
import {
  BadStackFile,
  readStackFile as readOne,
  stackFileNames,
  stackOfFile,
  type StackConfig,
  type StackFile,
} from "../project/stack-files.js";
import { CliError } from "./output.js";

/** What the offline commands take from the Pulumi project around them. */
export interface Project {
  /** The folder of the nearest Pulumi.yaml, from the working directory upwards; without one, the working directory. */
  readonly root: string;
  /**
   * The folder of the domain files, as it is shown to people: relative to the working directory.
   * @throws CliError on reading it, if the stacks have different folders and no stack is named
   */
  readonly domainsDir: string;
  /** `--region`, else `aws:region` of the stack, else AWS_REGION or AWS_DEFAULT_REGION. */
  readonly region: DefaultRegion;
}

/** The Region of files that name none, if known; an error if the stacks have different ones and no stack is named. */
export type DefaultRegion = string | undefined | CliError;

export interface ProjectOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly region?: string;
  /** Name of the stack whose Pulumi.<stack>.yaml is read; by default all of them, which must then agree. */
  readonly stack?: string;
}

function findRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"))) return folder;
    if (dirname(folder) === folder) return cwd;
  }
}

/** `project/stack` of the stack that is meant: the named one, or the only one that has a file; undefined if unknown. */
export function qualifiedStack(root: string, named: string | undefined): string | undefined {
  const path = ["Pulumi.yaml", "Pulumi.yml"].map((file) => join(root, file)).find(existsSync);
  const { name } = (path === undefined ? {} : (parse(readFileSync(path, "utf8")) ?? {})) as {
    name?: unknown;
  };
  const files = stackFileNames(root);
  const stack = named?.split("/").at(-1) ?? (files.length === 1 ? stackOfFile(files[0]!) : undefined);
  return typeof name !== "string" || stack === undefined ? undefined : `${name}/${stack}`;
}

/** The configuration in the stack's file; empty if no stack is named and there isn't exactly one. */
export function stackFileConfig(root: string, stack: string | undefined): StackConfig {
  const names = filesOf(root, stack);
  return names.length === 1 ? readStackFile(root, names[0]!).config : {};
}

/** The file of the named stack, or the files of all. */
function filesOf(root: string, stack: string | undefined): readonly string[] {
  const files = stackFileNames(root);
  if (stack === undefined) return files;
  // Pulumi takes `org/project/stack` too; the file is named after the last part.
  const wanted = stack.split("/").at(-1)!;
  const found = files.filter((name) => stackOfFile(name) === wanted);
  if (found.length > 0) return found;
  throw new CliError(`there is no Pulumi.${wanted}.yaml in ${root}`, {
    code: "unknown-stack",
    hint:
      files.length === 0
        ? "pulumi stack init creates a stack; pulumi config set aws:region writes its file"
        : `stacks with a file: ${someOf(files.map(stackOfFile))}`,
  });
}

function readStackFile(root: string, name: string): StackFile {
  try {
    return readOne(root, name);
  } catch (error) {
    if (!(error instanceof BadStackFile)) throw error;
    const { message, hint } = error;
    throw new CliError(message, { code: "bad-stack-file", hint, cause: error });
  }
}

/** A stack's file, under its path from the working directory, and what it says. */
export interface ProjectStack extends ReadShare {
  readonly file: StackFile;
}

/** The stacks of the project: those that have a file. @throws CliError if a file is not YAML */
export function readStacks(root: string): readonly ProjectStack[] {
  return stackFileNames(root).map((name) => {
    const read = readStackFile(root, name);
    const file = { ...read, path: relative(process.cwd(), read.path) };
    return { file, ...shareOf(file, root) };
  });
}

/**
 * What a setting means in every stack, or an error if the stacks differ.
 * @param meaning of the value in one stack, with what applies where it has none
 */
function agreed<T>(
  stacks: readonly Pick<StackFile, "stack" | "config">[],
  key: string,
  meaning: (value: string | undefined) => T,
): T | CliError {
  const values = stacks.map(({ stack, config }) => ({ stack, value: text(config[key]) }));
  const [first = meaning(undefined), ...others] = new Set(values.map(({ value }) => meaning(value)));
  if (others.length === 0) return first;
  const said = values.map(
    ({ stack, value }) => `${stack} ${value === undefined ? "has none" : `has ${value}`}`,
  );
  return new CliError(`the stacks differ in ${key}, and no stack is named: ${someOf(said)}`, {
    code: "stack-needed",
    hint: `choose one: ${someOf(values.map(({ stack }) => `--stack ${stack}`))}`,
  });
}

/** A value set by `pulumi config set`. Secrets and anything but text are ignored. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The default Region of the stacks: their own, or the environment's. */
function regionOf(
  stacks: readonly Pick<StackFile, "stack" | "config">[],
  env: NonNullable<ProjectOptions["env"]>,
): DefaultRegion {
  const fromEnvironment = text(env["AWS_REGION"]) ?? text(env["AWS_DEFAULT_REGION"]);
  return agreed(stacks, "aws:region", (value) => value ?? fromEnvironment);
}

/** The default Region of the stacks that take a folder, or parts of it. */
export function folderRegion(shares: readonly StackShare[], env = process.env): DefaultRegion {
  return regionOf(
    shares.map(({ stack, region }) => ({
      stack,
      config: region === undefined ? {} : { "aws:region": region },
    })),
    env,
  );
}

/** The Region for a command whose answer does not depend on it. */
export function anyRegion({ region }: Project): string | undefined {
  return typeof region === "string" ? region : undefined;
}

/**
 * Finds the Pulumi project and reads the two settings that the offline commands share with the program.
 * @throws CliError if the named stack has no file, or a file is not YAML
 */
export function openProject(options: ProjectOptions = {}): Project {
  const cwd = options.cwd ?? process.cwd();
  const env = options.env ?? process.env;
  const root = findRoot(cwd);
  const stacks = filesOf(root, options.stack).map((name) => readStackFile(root, name));
  const folder = agreed(
    stacks,
    FOLDER,
    (value) => relative(cwd, resolve(root, value ?? DEFAULT_FOLDER)) || ".",
  );
  return {
    root,
    get domainsDir() {
      if (folder instanceof CliError) throw folder;
      return folder;
    },
    region: options.region ?? regionOf(stacks, env),
  };
}
