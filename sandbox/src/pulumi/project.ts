import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { CommandFailure, unsupported } from "./failure.js";
import { Passphrase, phraseOf } from "./passphrase.js";

const projectFile = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  main: z.string().optional(),
  runtime: z.object({ name: z.literal("nodejs"), options: z.object({ typescript: z.literal(false) }) }),
  config: z.record(z.string(), z.object({ default: z.unknown() })).optional(),
});

/** The project of a folder, `Pulumi.yaml`. */
export interface Project {
  readonly folder: string;
  readonly name: string;
  /** Where the program is: its folder, and its file in there. */
  readonly program: { readonly cwd: string; readonly main: string };
  /** Values of the configuration that a stack need not set. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** @throws CommandFailure if neither the folder nor one above it has a project, or it is another kind of project */
export function findProject(from: string): Project {
  const path = lookUp(from);
  if (path === undefined) {
    throw new CommandFailure(
      `no Pulumi.yaml project file found (searching upwards from ${from}). ` +
        "If you have not created a project yet, use `pulumi new` to do so",
    );
  }
  const read = projectFile.safeParse(parse(readFileSync(path, "utf8")) as unknown);
  if (!read.success) throw unsupported(`${path}: ${z.prettifyError(read.error)}`);
  const { name, main = ".", config = {} } = read.data;
  const folder = dirname(path);
  const target = resolve(folder, main);
  const program = statSync(target).isDirectory()
    ? { cwd: target, main: "." }
    : { cwd: dirname(target), main: basename(target) };
  const defaults = Object.entries(config).filter(([, value]) => value.default !== undefined);
  return {
    folder,
    name,
    program,
    defaults: Object.fromEntries(defaults.map(([key, value]) => [qualified(key, name), value.default])),
  };
}

function lookUp(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, "Pulumi.yaml");
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

/** A key without a namespace is one of the project's. */
export function qualified(key: string, project: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

type Entry = string | number | boolean | { readonly [key: string]: unknown } | readonly unknown[];

interface StackFile {
  readonly encryptionsalt?: string;
  readonly config?: Readonly<Record<string, Entry>>;
}

interface ShownValue {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** The configuration of a stack, `Pulumi.<stack>.yaml`. */
export class StackConfig {
  readonly #path: string;
  readonly #project: Project;
  readonly #env: NodeJS.ProcessEnv;
  #passphrase: Passphrase | undefined;

  constructor(project: Project, stack: string, env: NodeJS.ProcessEnv) {
    this.#project = project;
    this.#path = join(project.folder, `Pulumi.${stack}.yaml`);
    this.#env = env;
  }

  /** Gives a new stack its salt, as `pulumi stack init` does. */
  init(): void {
    const { encryptionsalt, ...rest } = this.#read();
    this.#passphrase =
      encryptionsalt === undefined ? Passphrase.create(this.#env) : this.#open(encryptionsalt);
    this.#write({ encryptionsalt: this.#passphrase.salt, ...rest });
  }

  /** The values as they are written; of a secret only that it is one. */
  shown(): Readonly<Record<string, ShownValue>> {
    return Object.fromEntries(this.#entries().map(([key, entry]) => [key, shown(entry)]));
  }

  /** What the program gets. */
  values(): { readonly config: Record<string, string>; readonly secretKeys: readonly string[] } {
    // The real command needs it even without secrets.
    phraseOf(this.#env);
    const entries = this.#entries();
    return {
      config: Object.fromEntries(entries.map(([key, entry]) => [key, this.#reveal(entry)])),
      secretKeys: entries.filter(([, entry]) => isSecure(entry)).map(([key]) => key),
    };
  }

  get(key: string): string | undefined {
    const entry = this.#entries().find(([name]) => name === qualified(key, this.#project.name))?.[1];
    return entry === undefined ? undefined : this.#reveal(entry);
  }

  set(key: string, value: string, secret: boolean): void {
    const file = this.#read();
    const entry = secret ? { secure: this.#open(file.encryptionsalt).seal(value) } : value;
    const config = { ...file.config, [qualified(key, this.#project.name)]: entry };
    this.#write({ ...this.#read(), config });
  }

  remove(key: string): void {
    const { config = {}, ...rest } = this.#read();
    const { [qualified(key, this.#project.name)]: _removed, ...left } = config;
    this.#write({ ...rest, config: left });
  }

  #entries(): [string, Entry][] {
    const { config = {} } = this.#read();
    const own = Object.entries(config).map(([key, value]): [string, Entry] => [
      qualified(key, this.#project.name),
      value,
    ]);
    const all = { ...(this.#project.defaults as Record<string, Entry>), ...Object.fromEntries(own) };
    return Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #reveal(entry: Entry): string {
    if (!isSecure(entry)) return asText(entry);
    return this.#open(this.#read().encryptionsalt).reveal(entry.secure);
  }

  #open(salt: string | undefined): Passphrase {
    if (this.#passphrase !== undefined) return this.#passphrase;
    if (salt === undefined) this.init();
    return (this.#passphrase ??= Passphrase.open(this.#env, salt ?? this.#read().encryptionsalt ?? ""));
  }

  #read(): StackFile {
    if (!existsSync(this.#path)) return {};
    return (parse(readFileSync(this.#path, "utf8")) as StackFile | null) ?? {};
  }

  #write(file: StackFile): void {
    writeFileSync(this.#path, stringify(file));
  }
}

function isSecure(entry: Entry): entry is { readonly secure: string } {
  return typeof entry === "object" && "secure" in entry && typeof entry.secure === "string";
}

function shown(entry: Entry): ShownValue {
  if (isSecure(entry)) return { secret: true };
  const objectValue = typeof entry === "object" ? { objectValue: entry } : {};
  return { value: asText(entry), ...objectValue, secret: false };
}

function asText(entry: Entry): string {
  return typeof entry === "object" ? JSON.stringify(entry) : String(entry);
}
