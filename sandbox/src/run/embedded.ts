import { join } from "node:path";
import { readState, runEngine } from "../engine/engine.js";
import type { EngineEvent } from "../engine/engine.js";
import { PROJECT_NAME, toFailure } from "./engine.js";
import type { EngineSetup, Progress, RunOptions, RunResult, SandboxEngine } from "./engine.js";

/** The engine that comes with the sandbox; it needs nothing but Node.js. */
export class EmbeddedEngine implements SandboxEngine {
  readonly name = "embedded";
  readonly description = "embedded engine";
  readonly #setup: EngineSetup;
  readonly #stateFile: string;

  constructor(setup: EngineSetup) {
    this.#setup = setup;
    this.#stateFile = join(setup.paths.embedded, `${setup.stack}.json`);
  }

  async run(options: RunOptions): Promise<RunResult> {
    const {
      operation,
      config,
      secrets = {},
      refresh,
      expectNoChanges,
      parallel,
      onProgress,
      signal,
    } = options;
    const { projectDir, stack, providers, env, paths } = this.#setup;
    let failedSteps = 0;
    const result = await runEngine({
      operation,
      project: PROJECT_NAME,
      stack,
      // As under the CLI, the files of the user's own stacks are out of sight.
      program: { cwd: projectDir, main: ".", root: join(paths.embedded, "project") },
      config: { ...config, ...secrets },
      secretKeys: Object.keys(secrets),
      stateFile: this.#stateFile,
      providers: { ...providers },
      env: { ...env },
      onEvent: (event) => {
        if (event.type === "resource-failed") failedSteps++;
        const progress = toProgress(event);
        if (progress !== undefined) onProgress?.(progress);
      },
      ...(refresh !== undefined && { refreshFirst: refresh }),
      ...(expectNoChanges !== undefined && { expectNoChanges }),
      ...(parallel !== undefined && { parallel }),
      ...(signal !== undefined && { signal }),
    });
    const texts = (wanted: "error" | "warning"): string[] =>
      result.diagnostics.filter(({ severity }) => severity === wanted).map(({ message }) => message);
    const failures = result.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message, urn }) => toFailure(message, urn));
    return {
      ok: result.ok,
      changes: result.changes,
      steps: result.steps
        .filter(({ op }) => op !== "same")
        .map(({ op, type, name, diffs }) => ({ op, type, name, ...(diffs !== undefined && { diffs }) })),
      failedSteps,
      errors: texts("error"),
      failures,
      warnings: texts("warning"),
      outputs: result.outputs,
    };
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    const root = readState(this.#stateFile).resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    return Promise.resolve((root?.outputs ?? {}) as Record<string, unknown>);
  }
}

function toProgress(event: EngineEvent): Progress | undefined {
  switch (event.type) {
    case "resource-done":
    case "resource-failed": {
      const { op, type, name, diffs } = event.step;
      if (op === "same") return undefined;
      const state = event.type === "resource-done" ? "done" : "failed";
      return { kind: "step", state, op, type, name, ...(diffs !== undefined && { diffs }) };
    }
    case "diagnostic":
      if (event.severity === "debug" || event.ephemeral === true) return undefined;
      return { kind: "message", severity: event.severity, text: event.message };
    case "stderr":
    case "stdout":
      return { kind: "message", severity: "info", text: event.line };
    default:
      return undefined;
  }
}
