import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { evaluate, interpolate, type Contexts } from "./expressions.js";
import type { Job, Step, Workflow } from "./workflow.js";

/** What a workflow run has besides its files. */
export interface Event {
  readonly name: string;
  /** Of the context `github`. */
  readonly github: Readonly<Record<string, unknown>>;
  readonly runId: string;
  readonly attempt?: number;
}

export interface JobResult {
  readonly result: "success" | "failure" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  /** What the run steps printed. */
  readonly output: string;
  readonly summary: string;
}

/**
 * Runs jobs of workflows in a folder, one after another: the `run:` steps with bash, as GitHub does, and of the actions
 * those that pass files on. Anything else fails.
 */
export class Runner {
  /** `file: command` of each `run:` step that was executed. */
  readonly executed = new Set<string>();
  /** The workspace of the next job. */
  workspace: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #vars: Contexts;
  readonly #artifacts = new Map<string, string>();
  readonly #caches = new Map<string, string>();

  /**
   * @param folder for artifacts and caches
   * @param env of all steps
   * @param vars the repository's variables
   */
  constructor(folder: string, workspace: string, env: NodeJS.ProcessEnv, vars: Contexts) {
    this.#folder = folder;
    this.workspace = workspace;
    this.#env = env;
    this.#vars = vars;
  }

  /** Runs the jobs of a workflow in the order in which they stand there, each for each entry of its matrix. */
  async run(workflow: Workflow, event: Event): Promise<Record<string, JobResult>> {
    const results: Record<string, JobResult> = {};
    for (const [name, job] of Object.entries(workflow.jobs)) {
      const needs = [job.needs ?? []].flat();
      const contexts = this.#contexts(event, Object.fromEntries(needs.map((need) => [need, results[need]])));
      const wanted = this.#wants(
        job.if,
        contexts,
        needs.some((need) => results[need]?.result !== "success"),
      );
      if (!wanted) {
        results[name] = { result: "skipped", outputs: {}, output: "", summary: "" };
        continue;
      }
      const matrix = job.strategy === undefined ? [{}] : matrixOf(job.strategy.matrix, contexts);
      for (const entry of matrix) {
        results[name] = await this.#runJob(workflow, job, { ...contexts, matrix: entry });
        if (results[name].result === "failure") break;
      }
    }
    return results;
  }

  #contexts(event: Event, needs: object): Contexts {
    return {
      github: {
        repository: "acme/mail",
        token: "token-of-the-job",
        event_name: event.name,
        run_id: event.runId,
        run_attempt: event.attempt ?? 1,
        ...event.github,
      },
      vars: this.#vars,
      secrets: {
        PULUMI_ACCESS_TOKEN: "",
        PULUMI_CONFIG_PASSPHRASE: "test",
        CLOUDFLARE_API_TOKEN: this.#env["CLOUDFLARE_API_TOKEN"],
        CLOUDFLARE_READ_TOKEN: this.#env["CLOUDFLARE_API_TOKEN"],
      },
      needs,
    };
  }

  /** A condition without a status function also wants that nothing has failed. */
  #wants(condition: string | undefined, contexts: Contexts, failed: boolean): boolean {
    if (condition === undefined) return !failed;
    const value = evaluate(condition, { ...contexts, cancelled: () => false, always: () => true });
    return Boolean(value) && (/\b(cancelled|always)\(\)/.test(condition) || !failed);
  }

  async #runJob(workflow: Workflow, job: Job, contexts: Contexts): Promise<JobResult> {
    const steps: Record<string, { outcome: string; outputs: Record<string, string> }> = {};
    for (const { id } of job.steps) if (id !== undefined) steps[id] = { outcome: "skipped", outputs: {} };
    const all = { ...contexts, steps };
    let failed = false;
    let [output, summary] = ["", ""];
    for (const step of job.steps) {
      if (!this.#wants(step.if, all, failed)) continue;
      const done = await this.#runStep(workflow, job, step, all);
      output += done.output;
      summary += done.summary;
      if (step.id !== undefined) {
        steps[step.id] = { outcome: done.ok ? "success" : "failure", outputs: done.outputs };
      }
      if (!done.ok && !step["continue-on-error"]) failed = true;
    }
    const outputs = Object.fromEntries(
      Object.entries(job.outputs).map(([name, value]) => [name, failed ? "" : interpolate(value, all)]),
    );
    return { result: failed ? "failure" : "success", outputs, output, summary };
  }

  async #runStep(workflow: Workflow, job: Job, step: Step, contexts: Contexts) {
    const nothing = { outputs: {}, output: "", summary: "" };
    if (step.run === undefined) {
      const inputs = Object.entries(step.with).map(([key, value]) => [key, interpolate(value, contexts)]);
      const ok = this.#use(step.uses!, Object.fromEntries(inputs) as Record<string, string>, contexts);
      return { ok, ...nothing };
    }
    this.executed.add(`${workflow.file}: ${step.run}`);
    const own = Object.entries({ ...job.env, ...step.env }).map(([key, value]) => [
      key,
      interpolate(value, contexts),
    ]);
    return this.#bash(step.run, Object.fromEntries(own) as Record<string, string>, contexts);
  }

  /** `bash -e {0}` is what GitHub runs a step with where it names no shell. */
  async #bash(script: string, env: Record<string, string>, contexts: Contexts) {
    if (script.includes("${{")) throw new Error(`an expression stands in a script: ${script}`);
    const folder = mkdtempSync(join(this.#folder, "step-"));
    const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
    for (const file of Object.values(files)) writeFileSync(file, "");
    const { sha = "", repository } = contexts["github"] as { sha?: string; repository: string };
    const github = { GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: repository, GITHUB_SHA: sha };
    const child = spawn("bash", ["-e", "-c", script], {
      cwd: this.workspace,
      env: { ...this.#env, ...github, ...files, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = `$ ${script}\n`;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    }
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    const lines = readFileSync(files.GITHUB_OUTPUT, "utf8").split("\n").filter(Boolean);
    const summary = readFileSync(files.GITHUB_STEP_SUMMARY, "utf8");
    rmSync(folder, { recursive: true });
    const pairs = lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
    return { ok: code === 0, outputs: Object.fromEntries(pairs) as Record<string, string>, output, summary };
  }

  /** @returns whether the action succeeds */
  #use(uses: string, inputs: Record<string, string>, contexts: Contexts): boolean {
    const [action] = uses.split("@");
    const { run_id: run } = contexts["github"] as { run_id: string };
    const place = (path: string): string => join(this.workspace, path);
    switch (action) {
      case "actions/checkout":
      case "actions/setup-node":
      case "aws-actions/configure-aws-credentials":
      case "pulumi/actions":
        return true;
      case "actions/upload-artifact": {
        const paths = inputs["path"]!.split("\n").filter(Boolean).map(place);
        const found = paths.filter((path) => existsSync(path));
        if (found.length === 0) return inputs["if-no-files-found"] !== "error";
        const target = this.#store(this.#artifacts, `${run}/${inputs["name"]}`);
        for (const path of found) cpSync(path, join(target, basename(path)));
        return true;
      }
      case "actions/download-artifact": {
        const from = this.#artifacts.get(`${inputs["run-id"] ?? run}/${inputs["name"]}`);
        if (from !== undefined) cpSync(from, place(inputs["path"]!), { recursive: true });
        return from !== undefined;
      }
      case "actions/cache/restore": {
        const keys = [...this.#caches.keys()].filter((key) => key.startsWith(inputs["restore-keys"]!.trim()));
        const path = place(inputs["path"]!);
        rmSync(path, { force: true });
        mkdirSync(dirname(path), { recursive: true });
        const newest = keys.at(-1);
        if (newest !== undefined) cpSync(join(this.#caches.get(newest)!, basename(path)), path);
        return true;
      }
      case "actions/cache/save": {
        const path = place(inputs["path"]!);
        if (existsSync(path)) cpSync(path, join(this.#store(this.#caches, inputs["key"]!), basename(path)));
        return true;
      }
      default:
        throw new Error(`the test does not know the action ${uses}`);
    }
  }

  #store(stores: Map<string, string>, key: string): string {
    const folder = mkdtempSync(join(this.#folder, "store-"));
    stores.set(key, folder);
    return folder;
  }
}

function matrixOf(matrix: unknown, contexts: Contexts): object[] {
  const { stack, ...others } = evaluate(String(matrix), contexts) as { stack: string[] };
  if (Object.keys(others).length > 0) throw new Error("the test knows a matrix of stacks only");
  return stack.map((name) => ({ stack: name }));
}
