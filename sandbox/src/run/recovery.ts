import { mkdirSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { RunOptions, RunResult, SandboxEngine } from "./engine.js";

/**
 * Runs an engine and recovers from a killed run. Its last operations may be done but not recorded: for example, a
 * record that it deleted can't be deleted again. The state is therefore refreshed first.
 */
export class RecoveringEngine implements SandboxEngine {
  readonly #engine: SandboxEngine;
  /** Exists while a run changes the stack, and after a killed run. */
  readonly #mark: string;

  constructor(engine: SandboxEngine, mark: string) {
    this.#engine = engine;
    this.#mark = mark;
  }

  get name(): SandboxEngine["name"] {
    return this.#engine.name;
  }

  get description(): string {
    return this.#engine.description;
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return this.#engine.outputs();
  }

  async run(options: RunOptions): Promise<RunResult> {
    if (options.operation === "preview") return this.#engine.run(options);
    if (existsSync(this.#mark) && options.operation !== "refresh") {
      const text = "The last command was killed while changing the stack. Refreshing the state first.";
      options.onProgress?.({ kind: "message", severity: "warning", text });
      const { config, secrets = {}, signal } = options;
      const read = await this.#engine.run({
        operation: "refresh",
        config,
        secrets,
        ...(signal !== undefined && { signal }),
      });
      if (!read.ok) return read;
    }
    mkdirSync(dirname(this.#mark), { recursive: true });
    writeFileSync(this.#mark, "");
    const result = await this.#engine.run(options);
    // Even if it failed, its changes are recorded.
    rmSync(this.#mark, { force: true });
    return result;
  }
}
