import { Semaphore, deferred } from "./concurrency.js";
import type { ChangeSummary, Diagnostic, EngineEvent, StepOp, StepStates, StepSummary } from "./events.js";
import { errorMessage } from "./grpc.js";
import type { Hooks } from "./hooks.js";
import type { Journal } from "./journal.js";
import type { ProviderRegistry } from "./registry.js";
import type { OperationType, ResourceState } from "./state.js";
import { isDefaultProvider, isProviderType, ROOT_STACK_TYPE, urnName, urnType } from "./urn.js";

/** One thing to do to one resource. */
export interface Step {
  op: StepOp;
  urn: string;
  /** The resource before the step; absent where it is new. */
  before?: ResourceState | undefined;
  /** The resource after the step, filled in by `apply`; absent where it is deleted. */
  after?: ResourceState | undefined;
  /** Counts as a change of its own; the halves of a replacement don't. */
  logical: boolean;
  diffs?: string[] | undefined;
  replaceKeys?: string[] | undefined;
  detailedDiff?: StepSummary["detailedDiff"] | undefined;
  /** Recorded as pending before `apply` is called, for steps that a provider carries out. */
  pending?: { type: OperationType; resource: ResourceState } | undefined;
  /** Runs the step and changes the journal; may return the op it turned out to be. */
  apply(): Promise<void>;
  /** The op to count, where it is known only after the step. */
  resultOp?(): StepOp;
  /** The resource's ID, once it is known. */
  id?(): string | undefined;
}

/** The deployment goes no further: a step failed, or the run was cancelled. */
export class DeploymentStopped extends Error {
  override readonly name = "DeploymentStopped";
}

/** What the parts of a run share: options, state, providers, and progress. */
export class Deployment {
  readonly steps: StepSummary[] = [];
  readonly changes: ChangeSummary = {};
  readonly diagnostics: Diagnostic[] = [];
  /** Rejects once the deployment has stopped and nothing is in flight any more. */
  readonly stopped = deferred<never>();
  readonly #workers: Semaphore;
  readonly #idle: (() => void)[] = [];
  #inFlight = 0;
  #failed = false;

  constructor(
    readonly options: {
      project: string;
      stack: string;
      dryRun: boolean;
      refresh: boolean;
      /** URNs of the only resources that the run may change; absent: all. */
      targets?: ReadonlySet<string>;
    },
    readonly journal: Journal,
    readonly providers: ProviderRegistry,
    readonly hooks: Hooks,
    readonly emit: (event: EngineEvent) => void,
    parallel: number,
  ) {
    this.#workers = new Semaphore(parallel);
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Whether the run may change a resource. Providers and the stack itself belong to no target. */
  isTarget(urn: string): boolean {
    const { targets } = this.options;
    if (targets === undefined || targets.has(urn)) return true;
    const type = urnType(urn);
    return isProviderType(type) || type === ROOT_STACK_TYPE;
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    this.emit({ type: "diagnostic", ...diagnostic });
  }

  warn(urn: string, message: string): void {
    this.report({ severity: "warning", urn, message });
  }

  /** Reports an error that doesn't stop the deployment, but makes it fail in the end. */
  failLater(urn: string | undefined, message: string): void {
    this.report(urn ? { severity: "error", urn, message } : { severity: "error", message });
    this.#failed = true;
  }

  /** Starts no new steps; those in flight finish. */
  stop(): void {
    this.#failed = true;
    if (this.#stopping) return;
    this.#stopping = true;
    void this.idle().then(() => {
      this.stopped.reject(new DeploymentStopped("the deployment was stopped"));
    });
  }

  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Resolves when no work is in flight. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Counts `task` as in flight. Once the deployment is stopping it isn't begun. */
  async track<T>(task: () => Promise<T>): Promise<T> {
    if (this.#stopping) return this.stopped.promise;
    return this.#count(task);
  }

  /**
   * The same for requests of the program that change nothing. While steps are in flight they are answered even if the
   * deployment is stopping: a hook may be asking, and its step waits for the answer.
   */
  async trackQuery<T>(task: () => Promise<T>): Promise<T> {
    if (this.#stopping && this.#inFlight === 0) return this.stopped.promise;
    return this.#count(task);
  }

  async #count<T>(task: () => Promise<T>): Promise<T> {
    this.#inFlight++;
    try {
      return await task();
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Reports an error, unless it is only the stop itself, and stops the deployment. */
  fail(urn: string | undefined, error: unknown): void {
    if (!(error instanceof DeploymentStopped)) {
      const message = errorMessage(error);
      this.report(urn ? { severity: "error", urn, message } : { severity: "error", message });
    }
    this.stop();
  }

  /** Carries out the steps one after another on one of the workers. */
  run(steps: readonly Step[]): Promise<void> {
    return this.#workers.run(async () => {
      for (const step of steps) await this.#execute(step);
    });
  }

  async #execute(step: Step): Promise<void> {
    if (this.#stopping) throw new DeploymentStopped("the deployment was stopped");
    const started = performance.now();
    // As in the Pulumi engine, providers that nobody named are not shown.
    const visible = !isDefaultProvider(step.urn);
    if (visible)
      this.emit({ type: "resource-started", step: { ...summarize(step), op: step.op }, ...states(step) });
    const finished =
      step.pending && !this.options.dryRun
        ? await this.journal.begin(step.pending.type, step.pending.resource)
        : undefined;
    try {
      await step.apply();
    } catch (error) {
      finished?.();
      await this.journal.save();
      this.emit({ type: "resource-failed", step: summarize(step), message: errorMessage(error) });
      this.fail(step.urn, error);
      throw new DeploymentStopped("the deployment was stopped", { cause: error });
    }
    finished?.();
    if (finished) await this.journal.save();
    if (!visible) return;
    const summary = summarize(step);
    this.steps.push(summary);
    if (step.logical) this.changes[summary.op] = (this.changes[summary.op] ?? 0) + 1;
    const durationMs = performance.now() - started;
    this.emit({ type: "resource-done", step: summary, ...states(step), durationMs });
  }
}

function states({ before, after, logical }: Step): StepStates {
  return { logical, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function summarize(step: Step): StepSummary {
  const summary: StepSummary = {
    op: step.resultOp?.() ?? step.op,
    urn: step.urn,
    type: urnType(step.urn),
    name: urnName(step.urn),
  };
  const id = step.id?.();
  if (id) summary.id = id;
  if (step.diffs?.length) summary.diffs = step.diffs;
  if (step.replaceKeys?.length) summary.replaceKeys = step.replaceKeys;
  if (step.detailedDiff) summary.detailedDiff = step.detailedDiff;
  return summary;
}
