import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROJECT_NAME } from "./engine.js";
import type { EngineSetup, Progress, RunOptions, RunResult, SandboxEngine } from "./engine.js";

const exec = promisify(execFile);

/** The version of the `pulumi` on PATH, or undefined where there is none. */
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

/** One line of the CLI's event log (`apitype.EngineEvent` of the Pulumi SDK), as far as it is read here. */
interface LoggedEvent {
  readonly diagnosticEvent?: { message: string; severity: string; ephemeral?: boolean };
  readonly resOutputsEvent?: { metadata: StepMetadata };
  readonly resourcePreEvent?: { metadata: StepMetadata };
  readonly resOpFailedEvent?: { metadata: StepMetadata };
  readonly summaryEvent?: { resourceChanges?: Record<string, number> };
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
  readonly new?: { outputs?: Record<string, unknown> } | null;
}

/**
 * The real `pulumi` CLI with its local backend. Everything it writes, the stack's configuration included, is below
 * the sandbox's folder: a project of its own there points to the program.
 */
export class PulumiCli implements SandboxEngine {
  readonly name = "pulumi";
  readonly description: string;
  readonly #setup: EngineSetup;
  readonly #project: string;
  readonly #env: Record<string, string | undefined>;

  constructor(setup: EngineSetup, version: string) {
    this.#setup = setup;
    this.description = `pulumi ${version}`;
    const { pulumi } = setup.paths;
    this.#project = join(pulumi, "project");
    const port = (address: string): string => address.slice(address.lastIndexOf(":") + 1);
    this.#env = {
      ...process.env,
      ...setup.env,
      PULUMI_HOME: join(pulumi, "home"),
      PULUMI_BACKEND_URL: `file://${join(pulumi, "backend")}`,
      // It guards nothing but sandbox values; the real stacks have their own.
      PULUMI_CONFIG_PASSPHRASE: "sandbox",
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      PULUMI_STACK: undefined,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The event log is among the commands for debugging; the Automation API switches them on likewise.
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
      PULUMI_DEBUG_PROVIDERS: `aws:${port(setup.providers.aws)},cloudflare:${port(setup.providers.cloudflare)}`,
      NO_COLOR: "1",
    };
  }

  async run(options: RunOptions): Promise<RunResult> {
    const { operation, refresh, expectNoChanges, parallel } = options;
    await this.#prepare(options.config);
    const log = join(this.#setup.paths.pulumi, "events.jsonl");
    rmSync(log, { force: true });
    const args = [operation, "--non-interactive", "--stack", this.#setup.stack, "--event-log", log];
    if (operation !== "preview") args.push("--yes", "--skip-preview");
    if (refresh === true && operation !== "refresh") args.push("--refresh");
    if (expectNoChanges === true) args.push("--expect-no-changes");
    if (parallel !== undefined) args.push("--parallel", String(parallel));
    const { code, stderr } = await this.#spawn(args, options.signal);
    const result = summarize(readEvents(log), options.onProgress);
    const ok = code === 0;
    if (ok || result.errors.length > 0) return { ...result, ok };
    return { ...result, ok, errors: [lastLines(stderr) || `pulumi ${operation} ended with code ${code}`] };
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    await this.#prepare();
    const { stdout } = await this.#pulumi(["stack", "output", "--json", "--stack", this.#setup.stack]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async #prepare(config?: Readonly<Record<string, string>>): Promise<void> {
    const { paths, stack, projectDir } = this.#setup;
    for (const folder of ["home", "backend", "project"])
      mkdirSync(join(paths.pulumi, folder), { recursive: true });
    const project = {
      name: PROJECT_NAME,
      main: projectDir,
      runtime: { name: "nodejs", options: { typescript: false } },
    };
    writeFileSync(join(this.#project, "Pulumi.yaml"), JSON.stringify(project) + "\n");
    await this.#pulumi(["stack", "select", "--create", stack]);
    // A killed run leaves its lock behind; ours is the only one that works here, since the servers are locked.
    await this.#pulumi(["cancel", "--yes", "--stack", stack]).catch(() => undefined);
    if (config === undefined) return;
    const pairs = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.#pulumi(["config", "set-all", "--stack", stack, ...pairs]);
  }

  async #pulumi(args: readonly string[]): Promise<{ stdout: string }> {
    const all = [...args, "--non-interactive"];
    try {
      return await exec("pulumi", all, { cwd: this.#project, env: this.#env, maxBuffer: 1 << 28 });
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      const reason = lastLines(stderr ?? "") || (error as Error).message;
      throw new Error(`pulumi ${args[0]} failed: ${reason}`, { cause: error });
    }
  }

  #spawn(
    args: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<{ code: number; stderr: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", args, {
        cwd: this.#project,
        env: this.#env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      const interrupt = (): boolean => child.kill("SIGINT");
      signal?.addEventListener("abort", interrupt);
      child.on("error", reject);
      child.on("close", (code) => {
        signal?.removeEventListener("abort", interrupt);
        resolve({ code: code ?? 255, stderr });
      });
    });
  }
}

function readEvents(path: string): LoggedEvent[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return []; // it failed before there was an event
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LoggedEvent);
}

function summarize(
  events: readonly LoggedEvent[],
  onProgress: RunOptions["onProgress"],
): Omit<RunResult, "ok"> {
  const steps: RunResult["steps"][number][] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  let changes: Readonly<Record<string, number>> = {};
  let outputs: Readonly<Record<string, unknown>> = {};
  const report = (progress: Progress): void => onProgress?.(progress);
  for (const event of events) {
    const diagnostic = event.diagnosticEvent;
    if (diagnostic !== undefined && diagnostic.ephemeral !== true) {
      const text = diagnostic.message
        .replace(/<\{%[^%]*%\}>/g, "")
        .replace(/^(error|warning): /, "")
        .trimEnd();
      if (diagnostic.severity === "error") errors.push(text);
      if (diagnostic.severity === "warning") warnings.push(text);
      if (/^(error|warning|info)/.test(diagnostic.severity) && text !== "") {
        report({ kind: "message", severity: toSeverity(diagnostic.severity), text });
      }
    }
    const done = event.resOutputsEvent?.metadata;
    const failed = event.resOpFailedEvent?.metadata;
    const metadata = done ?? failed;
    if (metadata !== undefined) {
      if (metadata.type === "pulumi:pulumi:Stack") outputs = metadata.new?.outputs ?? outputs;
      else if (metadata.op !== "same" && !isDefaultProvider(metadata)) {
        const step = {
          op: metadata.op,
          type: metadata.type,
          name: metadata.urn.slice(metadata.urn.lastIndexOf("::") + 2),
          ...(metadata.diffs && { diffs: metadata.diffs }),
        };
        steps.push(step);
        report({ kind: "step", state: done === undefined ? "failed" : "done", ...step });
      }
    }
    changes = event.summaryEvent?.resourceChanges ?? changes;
  }
  return { changes, steps, errors, warnings, outputs };
}

/** The engine makes them by itself and counts them nowhere. */
function isDefaultProvider({ type, urn }: StepMetadata): boolean {
  return type.startsWith("pulumi:providers:") && /::default(_[\d_]+)?$/.test(urn);
}

function toSeverity(severity: string): "info" | "warning" | "error" {
  return severity === "error" || severity === "warning" ? severity : "info";
}

function lastLines(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(-5)
    .join("\n")
    .replace(/^error: /, "");
}
