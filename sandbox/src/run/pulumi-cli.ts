import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { PROJECT_NAME } from "./engine.js";
import type { EngineSetup, RunOptions, RunResult, SandboxEngine } from "./engine.js";
import { debugProviders } from "./environment.js";
import { EventReader } from "./pulumi-events.js";
import { awaitLocks } from "./pulumi-locks.js";

const exec = promisify(execFile);

/** The version of the `pulumi` on PATH; undefined if there is none. */
export async function pulumiVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await exec("pulumi", ["version"], {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** The part of the stack's file that is read. */
interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * The real `pulumi` CLI with its local backend. Everything it writes, including the stack's configuration, is below
 * the sandbox's folder: a separate project there points to the program.
 */
export class PulumiCli implements SandboxEngine {
  readonly name = "pulumi";
  readonly description: string;
  readonly #setup: EngineSetup;
  readonly #project: string;
  readonly #env: Record<string, string | undefined>;
  /** Secrets of the configuration, encrypted as in the stack's file, to set them only once. */
  readonly #sealed = new Map<string, { readonly value: string; readonly entry: unknown }>();
  #selected = false;

  constructor(setup: EngineSetup, version: string) {
    this.#setup = setup;
    this.description = `pulumi ${version}`;
    const { pulumi } = setup.paths;
    this.#project = join(pulumi, "project");
    this.#env = {
      ...process.env,
      ...setup.env,
      PULUMI_HOME: join(pulumi, "home"),
      PULUMI_BACKEND_URL: `file://${join(pulumi, "backend")}`,
      // It protects only sandbox values; real stacks have their own.
      PULUMI_CONFIG_PASSPHRASE: "sandbox",
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      PULUMI_STACK: undefined,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // With this, a preview also prints its events one by one, as the other operations do.
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
      PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
      PULUMI_DEBUG_PROVIDERS: debugProviders(setup),
      NO_COLOR: "1",
    };
  }

  async run(options: RunOptions): Promise<RunResult> {
    const { operation, refresh, expectNoChanges, parallel } = options;
    await this.#prepare(options.config, options.secrets);
    const args = [operation, "--json", "--non-interactive", "--stack", this.#setup.stack];
    if (operation !== "preview") args.push("--yes", "--skip-preview");
    // The program finds what a killed run may have created; there is nobody to ask about it.
    if (operation === "refresh") args.push("--clear-pending-creates");
    else if (refresh === true) args.push("--refresh");
    if (expectNoChanges === true) args.push("--expect-no-changes");
    if (parallel !== undefined) args.push("--parallel", String(parallel));
    const events = new EventReader(options.onProgress);
    const { code, stderr } = await this.#spawn(args, events, options.signal);
    const result = events.result();
    const ok = code === 0;
    if (ok || result.errors.length > 0) return { ...result, ok };
    const text = lastLines(stderr) || `pulumi ${operation} ended with code ${code}`;
    return { ...result, ok, errors: [text], failures: [{ text }] };
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    await this.#prepare();
    const { stdout } = await this.#pulumi(["stack", "output", "--json", "--stack", this.#setup.stack]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async #prepare(
    config?: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { paths, stack, projectDir } = this.#setup;
    if (!this.#selected) {
      for (const folder of ["home", "backend", "project"])
        mkdirSync(join(paths.pulumi, folder), { recursive: true });
      const project = {
        name: PROJECT_NAME,
        main: projectDir,
        runtime: { name: "nodejs", options: { typescript: false } },
      };
      writeFileSync(join(this.#project, "Pulumi.yaml"), JSON.stringify(project) + "\n");
      await this.#pulumi(["stack", "select", "--create", stack]);
      this.#selected = true;
    }
    // The servers' lock keeps other sandbox commands away: a lock found here was left by a killed one.
    const locked = await awaitLocks(join(paths.pulumi, "backend"), stack);
    if (locked) await this.#pulumi(["cancel", "--yes", "--stack", stack]);
    if (config !== undefined) await this.#configure(config, secrets);
  }

  /** Makes this the stack's whole configuration; keeps the rest of its file, the salt of its secrets. */
  async #configure(
    config: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>>,
  ): Promise<void> {
    const path = join(this.#project, `Pulumi.${this.#setup.stack}.yaml`);
    const read = (): StackFile =>
      existsSync(path) ? ((parse(readFileSync(path, "utf8")) as StackFile | null) ?? {}) : {};
    const sealed = Object.keys(secrets).flatMap((key) => {
      const known = this.#sealed.get(key);
      return known?.value === secrets[key] ? [[key, known?.entry] as const] : [];
    });
    writeFileSync(path, stringify({ ...read(), config: { ...config, ...Object.fromEntries(sealed) } }));
    const done = new Set(sealed.map(([key]) => key));
    for (const [key, value] of Object.entries(secrets)) {
      if (done.has(key)) continue;
      // Given on standard input: arguments can be read by other processes.
      await this.#pulumi(["config", "set", "--secret", key, "--stack", this.#setup.stack], value);
      this.#sealed.set(key, { value, entry: read().config?.[key] });
    }
  }

  async #pulumi(args: readonly string[], input = ""): Promise<{ stdout: string }> {
    const all = [...args, "--non-interactive"];
    try {
      const running = exec("pulumi", all, { cwd: this.#project, env: this.#env, maxBuffer: 1 << 28 });
      running.child.stdin?.end(input);
      return await running;
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      const reason = lastLines(stderr ?? "") || (error as Error).message;
      throw new Error(`pulumi ${args[0]} failed: ${reason}`, { cause: error });
    }
  }

  #spawn(
    args: readonly string[],
    events: EventReader,
    signal: AbortSignal | undefined,
  ): Promise<{ code: number; stderr: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", args, {
        cwd: this.#project,
        env: this.#env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      createInterface({ input: child.stdout }).on("line", (line) => {
        events.read(line);
      });
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      const interrupt = (): void => {
        // Ctrl-C in a terminal reaches pulumi as well; a second signal would make it quit immediately.
        const known = signal?.reason === "SIGINT" && (process.stdin.isTTY || process.stderr.isTTY);
        if (!known) child.kill("SIGINT");
      };
      signal?.addEventListener("abort", interrupt);
      child.on("error", reject);
      child.on("close", (code) => {
        signal?.removeEventListener("abort", interrupt);
        resolve({ code: code ?? 255, stderr });
      });
    });
  }
}

function lastLines(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(-5)
    .join("\n")
    .replace(/^error: /, "");
}
