import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { someOf } from "../domain/some-of.js";
import { parseYamlFile } from "../domain/yaml-file.js";
import { CliError, ExitCode } from "./output.js";

/** What the offline commands take from the Pulumi project around them. */
export interface Project {
  /** The folder of the nearest Pulumi.yaml, from the working directory upwards; without one, the working directory. */
  readonly root: string;
  /** The folder of the domain files, as it is shown to people: relative to the working directory. */
  readonly domainsDir: string;
  /** `--region`, else `aws:region` of the stack, else AWS_REGION or AWS_DEFAULT_REGION. */
  readonly region: string | undefined;
}

export interface ProjectOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly region?: string;
  /** Name of the stack whose Pulumi.<stack>.yaml is read; by default the only one there is. */
  readonly stack?: string;
}

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/;

function findRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"))) return folder;
    if (dirname(folder) === folder) return cwd;
  }
}

/** The configuration in the stack's file; empty when no stack is named and there is none, or more than one, to take it from. */
export function stackFileConfig(root: string, stack: string | undefined): Readonly<Record<string, unknown>> {
  const files = readdirSync(root).filter((name) => STACK_FILE.test(name));
  // Pulumi takes `org/project/stack` too; the file is named after the last part.
  const wanted = stack?.split("/").at(-1);
  const file = wanted === undefined ? files : files.filter((name) => STACK_FILE.exec(name)?.[1] === wanted);
  if (wanted !== undefined && file.length === 0) {
    throw new CliError(`there is no Pulumi.${wanted}.yaml in ${root}`, {
      exitCode: ExitCode.usage,
      code: "unknown-stack",
      hint:
        files.length === 0
          ? "pulumi stack init creates a stack; pulumi config set aws:region writes its file"
          : `stacks with a file: ${someOf(files.map((name) => STACK_FILE.exec(name)![1]!))}`,
    });
  }
  if (file.length !== 1) return {};
  const path = join(root, file[0]!);
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CliError(
      `${path} is not valid YAML: ${syntaxError(path) ?? (error as Error).message.split("\n")[0]}`,
      {
        exitCode: ExitCode.usage,
        code: "bad-stack-file",
        hint: "pulumi config lists and sets what stands in it",
      },
    );
  }
  const config = (content as { config?: unknown } | null)?.config;
  return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

/** The first mistake of a file that is no YAML, as it is told of domain files: where it begins. */
function syntaxError(path: string): string | undefined {
  const found = parseYamlFile({ path, bytes: readFileSync(path) }).problems.find(
    ({ rule }) => rule === "yaml-syntax",
  );
  return found && `${found.message} at line ${found.location.line}, column ${found.location.column}`;
}

/** A value set by `pulumi config set`; a secret, or anything but text, is none for us. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * Finds the Pulumi project and reads the two settings that the offline commands share with the program.
 * @throws CliError when the named stack has no file, or its file is no YAML
 */
export function openProject(options: ProjectOptions = {}): Project {
  const cwd = options.cwd ?? process.cwd();
  const env = options.env ?? process.env;
  const root = findRoot(cwd);
  const config = stackFileConfig(root, options.stack);
  const domainsDir = resolve(root, text(config["mailstack:domainsDir"]) ?? "domains");
  return {
    root,
    domainsDir: relative(cwd, domainsDir) || ".",
    region:
      options.region ??
      text(config["aws:region"]) ??
      text(env["AWS_REGION"]) ??
      text(env["AWS_DEFAULT_REGION"]),
  };
}
