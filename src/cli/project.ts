import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { someOf } from "../file/some-of.js";
import { parseYamlFile } from "../file/yaml-file.js";
import { CliError, ExitCode } from "./output.js";

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

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/;

function findRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"))) return folder;
    if (dirname(folder) === folder) return cwd;
  }
}

type StackConfig = Readonly<Record<string, unknown>>;

interface StackFile {
  readonly stack: string;
  readonly config: StackConfig;
}

/** The configuration in the stack's file; empty if no stack is named and there isn't exactly one. */
export function stackFileConfig(root: string, stack: string | undefined): StackConfig {
  const names = stackFileNames(root, stack);
  return names.length === 1 ? readStackFile(root, names[0]!).config : {};
}

/** The file of the named stack, or the files of all. */
function stackFileNames(root: string, stack: string | undefined): readonly string[] {
  const files = readdirSync(root).filter((name) => STACK_FILE.test(name));
  if (stack === undefined) return files;
  // Pulumi takes `org/project/stack` too; the file is named after the last part.
  const wanted = stack.split("/").at(-1)!;
  const found = files.filter((name) => stackOf(name) === wanted);
  if (found.length > 0) return found;
  throw new CliError(`there is no Pulumi.${wanted}.yaml in ${root}`, {
    exitCode: ExitCode.usage,
    code: "unknown-stack",
    hint:
      files.length === 0
        ? "pulumi stack init creates a stack; pulumi config set aws:region writes its file"
        : `stacks with a file: ${someOf(files.map(stackOf))}`,
  });
}

function stackOf(file: string): string {
  return STACK_FILE.exec(file)![1]!;
}

function readStackFile(root: string, name: string): StackFile {
  const path = join(root, name);
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CliError(
      `${path} is not valid YAML: ${syntaxError(path) ?? (error as Error).message.split("\n")[0]}`,
      {
        exitCode: ExitCode.usage,
        code: "bad-stack-file",
        hint: "pulumi config lists and sets its values",
      },
    );
  }
  const config = (content as { config?: unknown } | null)?.config;
  const isMap = typeof config === "object" && config !== null;
  return { stack: stackOf(name), config: isMap ? (config as StackConfig) : {} };
}

/**
 * What a setting means in every stack, or an error if the stacks differ.
 * @param meaning of the value in one stack, with what applies where it has none
 */
function agreed<T>(
  stacks: readonly StackFile[],
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
    exitCode: ExitCode.usage,
    code: "stack-needed",
    hint: `choose one: ${someOf(values.map(({ stack }) => `--stack ${stack}`))}`,
  });
}

/** The first mistake in a file that is not YAML, worded as for domain files, with its place. */
function syntaxError(path: string): string | undefined {
  const found = parseYamlFile({ path, bytes: readFileSync(path) }).problems.find(
    ({ rule }) => rule === "yaml-syntax",
  );
  return found && `${found.message} at line ${found.location.line}, column ${found.location.column}`;
}

/** A value set by `pulumi config set`. Secrets and anything but text are ignored. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
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
  const stacks = stackFileNames(root, options.stack).map((name) => readStackFile(root, name));
  const folder = agreed(
    stacks,
    "mailstack:domainsDir",
    (value) => relative(cwd, resolve(root, value ?? "domains")) || ".",
  );
  const fromEnvironment = text(env["AWS_REGION"]) ?? text(env["AWS_DEFAULT_REGION"]);
  return {
    root,
    get domainsDir() {
      if (folder instanceof CliError) throw folder;
      return folder;
    },
    region: options.region ?? agreed(stacks, "aws:region", (value) => value ?? fromEnvironment),
  };
}
