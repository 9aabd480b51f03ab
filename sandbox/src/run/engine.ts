import { ROOT_STACK_TYPE } from "../engine/urn.js";
import type { SandboxPaths } from "./paths.js";

export type Operation = "preview" | "up" | "refresh" | "destroy";

/** One thing that happens while an engine works, for a line of progress. */
export type Progress =
  | {
      readonly kind: "step";
      readonly state: "done" | "failed";
      readonly op: string;
      readonly type: string;
      readonly name: string;
      readonly diffs?: readonly string[];
    }
  | { readonly kind: "message"; readonly severity: "info" | "warning" | "error"; readonly text: string };

/** An error of a run. */
export interface Failure {
  readonly text: string;
  /** Name of the resource with the error; absent for errors of the whole run. */
  readonly name?: string;
}

export interface RunOptions {
  readonly operation: Operation;
  /** Stack configuration, with namespaces. */
  readonly config: Readonly<Record<string, string>>;
  /** The part of the configuration that is secret. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Reads the resources again before comparing them. */
  readonly refresh?: boolean;
  /** Fails when something changed or would change. */
  readonly expectNoChanges?: boolean;
  /** How many operations at once. */
  readonly parallel?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly ok: boolean;
  /** How many resources per kind of step: `create`, `update`, `delete`, `replace`, `same`, … */
  readonly changes: Readonly<Record<string, number>>;
  /** Completed steps that are not `same`. */
  readonly steps: readonly {
    readonly op: string;
    readonly type: string;
    readonly name: string;
    readonly diffs?: readonly string[];
  }[];
  /** How many steps were tried and failed; 0 when the program itself refused. */
  readonly failedSteps: number;
  readonly errors: readonly string[];
  /** The same errors, each with its resource. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** The stack's outputs, if the operation returns them. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What both engines need once. */
export interface EngineSetup {
  readonly paths: SandboxPaths;
  /** Folder of the project with the program. */
  readonly projectDir: string;
  readonly stack: string;
  /** `host:port` of the providers, by package. */
  readonly providers: { readonly aws: string; readonly cloudflare: string };
  /** Added to the program's environment; undefined removes a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An engine that runs the program against the sandbox. */
export interface SandboxEngine {
  readonly name: "pulumi" | "embedded";
  /** For people: which engine, and which version. */
  readonly description: string;
  run(options: RunOptions): Promise<RunResult>;
  /** Outputs of the last update. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
}

/** @param urn of the resource with the error; an error of the stack is one of the whole run */
export function toFailure(text: string, urn = ""): Failure {
  const [, , type, name] = urn.split("::");
  return name === undefined || type === ROOT_STACK_TYPE ? { text } : { text, name };
}

export const PROJECT_NAME = "mailstack";
