import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import type { KeyPath, Location } from "../file/diagnostic.js";
import { placeAt } from "../file/places.js";
import type { SourceFile } from "../file/source-file.js";
import { parseYamlFile } from "../file/yaml-file.js";

export type StackConfig = Readonly<Record<string, unknown>>;

/** The file `Pulumi.<stack>.yaml`. */
export interface StackFile extends SourceFile {
  readonly stack: string;
  readonly config: StackConfig;
}

/** A stack's file that can't be used; the message is for people. */
export class BadStackFile extends Error {
  override readonly name = "BadStackFile";
  readonly hint = "pulumi config lists and sets its values";
}

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/;

export function isStackFile(name: string): boolean {
  return STACK_FILE.test(name);
}

/** The stack that a file is named after. */
export function stackOfFile(name: string): string {
  return STACK_FILE.exec(basename(name))![1]!;
}

/** Names of the stacks' files in a project's folder, sorted; none if there is no such folder. */
export function stackFileNames(root: string): readonly string[] {
  try {
    return readdirSync(root).filter(isStackFile).sort();
  } catch {
    return [];
  }
}

/** @throws BadStackFile */
export function readStackFile(root: string, name: string): StackFile {
  const path = join(root, name);
  return parseStackFile({ path, bytes: readFileSync(path) });
}

/** @throws BadStackFile */
export function parseStackFile(source: SourceFile): StackFile {
  const { path, bytes } = source;
  let content: unknown;
  try {
    content = parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    const said = syntaxError(source) ?? (error as Error).message.split("\n")[0];
    throw new BadStackFile(`${path} is not valid YAML: ${said}`, { cause: error });
  }
  const config = (content as { config?: unknown } | null)?.config;
  const isMap = typeof config === "object" && config !== null;
  return { path, bytes, stack: stackOfFile(path), config: isMap ? (config as StackConfig) : {} };
}

/** The first mistake in a file that is not YAML, worded as for domain files, with its place. */
function syntaxError(source: SourceFile): string | undefined {
  const found = parseYamlFile(source).problems.find(({ rule }) => rule === "yaml-syntax");
  return found && `${found.message} at line ${found.location.line}, column ${found.location.column}`;
}

/** The place of a key of the configuration; of the file, if it doesn't have the key. */
export function placeInStackFile(file: StackFile, key: string): Location {
  const path: KeyPath = ["config", key];
  return placeAt(parseYamlFile(file).places, path);
}
