import { mkdirSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { RunOptions, RunResult, SandboxEngine } from "./engine.js";

/**
 * Runs an engine so that a run which was killed is no trouble to the next one. What it was doing then may be done and
 * not be recorded: a record that it has deleted, for one, can't be deleted again. So the state is read anew first.
 */
export class RecoveringEngine implements SandboxEngine {
  readonly #engine: SandboxEngine;
  /** There as long as a run changes the stack, and after one that was killed. */
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
      const text = "The last command was killed while it changed the stack: the state is read anew first.";
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
    // Failed or not: what it did is recorded.
    rmSync(this.#mark, { force: true });
    return result;
  }
}
