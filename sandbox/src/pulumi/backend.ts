import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSealed } from "../engine/state-file.js";
import { CommandFailure, EXIT, unsupported } from "./failure.js";

interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/**
 * The stacks of a project, in the folder that PULUMI_BACKEND_URL names. Locks are where the real command has them,
 * and work alike: a killed process leaves its lock, and only `pulumi cancel` removes it. States have a folder of
 * their own, so that neither command reads the other's.
 */
export class Backend {
  readonly #root: string;
  readonly #project: string;

  constructor(
    readonly url: string,
    project: string,
  ) {
    this.#root = join(fileURLToPath(url), ".pulumi");
    this.#project = project;
  }

  stateFile(stack: string): string {
    return join(this.#states(), `${stack}.json`);
  }

  stacks(): string[] {
    if (!existsSync(this.#states())) return [];
    const names = readdirSync(this.#states()).filter((name) => name.endsWith(".stack"));
    return names.map((name) => name.slice(0, -".stack".length)).sort();
  }

  /** @throws CommandFailure if the stack exists */
  create(stack: string): void {
    if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) {
      throw new CommandFailure(
        "a stack name may only contain alphanumeric, hyphens, underscores, or periods and be at most 100 characters",
      );
    }
    if (this.stacks().includes(stack)) {
      throw new CommandFailure(`stack 'organization/${this.#project}/${stack}' already exists`);
    }
    mkdirSync(this.#states(), { recursive: true });
    writeFileSync(this.#mark(stack), JSON.stringify({ created: new Date().toISOString() }) + "\n");
  }

  /** @throws CommandFailure if there is no such stack */
  check(stack: string): void {
    if (!this.stacks().includes(stack)) {
      throw new CommandFailure(`no stack named '${stack}' found`, EXIT.stackNotFound);
    }
  }

  /** When the stack was last changed, in RFC 3339, and how many resources it has. */
  describe(stack: string): { readonly lastUpdate: string; readonly resourceCount: number } {
    const state = readSealed(this.stateFile(stack));
    const { created } = JSON.parse(readFileSync(this.#mark(stack), "utf8")) as { created: string };
    return { lastUpdate: state?.time ?? created, resourceCount: state?.snapshot.resources.length ?? 0 };
  }

  remove(stack: string): void {
    for (const path of [this.stateFile(stack), `${this.stateFile(stack)}.key`, this.#mark(stack)]) {
      rmSync(path, { force: true });
    }
    if (this.selected() === stack) rmSync(this.#selection(), { force: true });
  }

  selected(): string | undefined {
    return existsSync(this.#selection()) ? readFileSync(this.#selection(), "utf8").trim() : undefined;
  }

  select(stack: string): void {
    mkdirSync(this.#states(), { recursive: true });
    writeFileSync(this.#selection(), `${stack}\n`);
  }

  /**
   * Locks the stack; the result unlocks it.
   * @throws CommandFailure if it is locked, even by a process that is gone
   */
  lock(stack: string): () => void {
    this.#checkLocks(stack, undefined);
    const own = join(this.#locks(stack), `${randomUUID()}.json`);
    mkdirSync(dirname(own), { recursive: true });
    const lock: Lock = {
      pid: process.pid,
      username: userInfo().username,
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    };
    // Nobody may see half a lock.
    writeFileSync(`${own}.new`, JSON.stringify(lock));
    renameSync(`${own}.new`, own);
    const release = (): void => {
      rmSync(own, { force: true });
    };
    try {
      // Two that lock at the same moment both see the other, and both give up.
      this.#checkLocks(stack, own);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** Removes all locks of the stack. */
  unlock(stack: string): void {
    rmSync(this.#locks(stack), { recursive: true, force: true });
  }

  #checkLocks(stack: string, own: string | undefined): void {
    const folder = this.#locks(stack);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    const others = names.map((name) => join(folder, name)).filter((path) => path !== own);
    const lines = others.flatMap((path) => {
      const lock = readLock(path);
      if (lock === undefined) return [];
      const { username, hostname: host, pid, timestamp } = lock;
      return [`\n  file://${path}: created by ${username}@${host} (pid ${pid}) at ${timestamp}`];
    });
    if (lines.length === 0) return;
    throw new CommandFailure(
      `the stack is currently locked by ${lines.length} lock(s). Either wait for the other process(es) to end or ` +
        `delete the lock file with \`pulumi cancel\`.${lines.join("")}`,
    );
  }

  #states(): string {
    return join(this.#root, "embedded", this.#project);
  }

  /** Exists as long as the stack does. */
  #mark(stack: string): string {
    return join(this.#states(), `${stack}.stack`);
  }

  #selection(): string {
    return join(this.#states(), "selected");
  }

  #locks(stack: string): string {
    return join(this.#root, "locks", "organization", this.#project, stack);
  }
}

/** Undefined for a lock that was just removed. */
function readLock(path: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Lock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** @throws CommandFailure if PULUMI_BACKEND_URL names no folder */
export function backendUrl(env: NodeJS.ProcessEnv): string {
  const { PULUMI_BACKEND_URL: url = "" } = env;
  if (!/^file:\/\/\/./.test(url)) throw unsupported(`PULUMI_BACKEND_URL="${url}", which is not file:///…,`);
  return url;
}
