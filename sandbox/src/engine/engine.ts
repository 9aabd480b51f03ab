import grpc from "@grpc/grpc-js";
import { DefaultProviders } from "./default-providers.js";
import { deleteResources } from "./deletes.js";
import { Deployment, DeploymentStopped } from "./deployment.js";
import { addEngineService } from "./engine-service.js";
import type { ChangeSummary, Diagnostic, EngineEvent, StepSummary } from "./events.js";
import { inDependencyOrder } from "./graph.js";
import { CHANNEL_OPTIONS, listen } from "./grpc.js";
import { importResources, type ImportSpec } from "./import-resources.js";
import { Hooks } from "./hooks.js";
import { Journal } from "./journal.js";
import { takeLock } from "./lock.js";
import { ResourceMonitor } from "./monitor.js";
import { Planner } from "./planner.js";
import { startProgram } from "./program.js";
import type { Program } from "./program.js";
import { refreshResource } from "./refresh.js";
import { ProviderRegistry } from "./registry.js";
import { StateFile, readState } from "./state-file.js";
import type { PendingOperation, Snapshot } from "./state.js";
import { checkTargets } from "./targets.js";
import { ROOT_STACK_TYPE } from "./urn.js";
import { UNKNOWN, mapValue, maskSecrets, revealSecrets } from "./values.js";
import type { Properties, Value } from "./values.js";

export { readState };
export { StackLockedError } from "./lock.js";
export type { ChangeSummary, Diagnostic, EngineEvent, StepSummary } from "./events.js";
export type { ResourceState, Snapshot } from "./state.js";

const DEFAULT_PARALLEL = 16;

export interface EngineOptions {
  operation: "preview" | "up" | "refresh" | "destroy" | "import";
  /** What an import takes into the state, parents first. */
  imports?: { readonly resources: readonly ImportSpec[]; readonly protect: boolean };
  /** Only reports what a refresh or destroy would do. A preview never does more. */
  dryRun?: boolean;
  project: string;
  stack: string;
  program: {
    /** The folder of the program's package.json; it becomes the program's working directory. */
    cwd: string;
    /** The entry point, relative to `cwd`; `.` for the one package.json names. */
    main: string;
    /** The folder of the project's own file and those of its stacks; default `cwd`. */
    root?: string;
  };
  /** Stack configuration, keys with their namespace: `aws:region`. */
  config: Record<string, string>;
  /** The keys of `config` whose values are secret. */
  secretKeys?: readonly string[];
  /** Where the state is kept; next to it are `<stateFile>.key` and, during a run, `<stateFile>.lock`. */
  stateFile: string;
  /** `host:port` of a listening provider, by package name. */
  providers: Record<string, string>;
  /** How many operations may be under way at once. Default 16. */
  parallel?: number;
  /** Reads each resource again before comparing it. */
  refreshFirst?: boolean;
  /** URNs of the only resources to read, change or delete. Default: all. */
  targets?: readonly string[];
  /** Keeps, in a refresh, the record of creations that a killed run began: whether they happened is not known. */
  keepPendingCreates?: boolean;
  /** Makes the run fail if anything changed, or, in a preview, would change. */
  expectNoChanges?: boolean;
  /** Runs the program in a refresh or destroy too, for its hooks and its current provider configuration. */
  runProgram?: boolean;
  /** Environment variables for the program, on top of this process's own. */
  env?: Record<string, string | undefined>;
  onEvent?(event: EngineEvent): void;
  /** Cancels the run: no new operation starts, running ones finish, and the state is saved. */
  signal?: AbortSignal;
}

export interface EngineResult {
  ok: boolean;
  /** The stack's outputs, secrets as `[secret]` and what isn't known yet as `[unknown]`. */
  outputs: Record<string, Value>;
  /** The stack's outputs with secrets in plain text. */
  outputsSecret: Record<string, Value>;
  changes: ChangeSummary;
  steps: StepSummary[];
  diagnostics: Diagnostic[];
  /** Changes were found where `expectNoChanges` wanted none. */
  unexpectedChanges: boolean;
  durationMs: number;
}

/**
 * Runs a Pulumi program, or a refresh or destroy of its stack, with the semantics of the Pulumi engine.
 * Errors of the program or of a resource are in the result.
 *
 * @throws StackLockedError if another run holds the stack.
 * @throws Error if the state file can't be read.
 */
export async function runEngine(options: EngineOptions): Promise<EngineResult> {
  const started = performance.now();
  const dryRun = options.operation === "preview" || options.dryRun === true;
  const release = dryRun ? undefined : takeLock(`${options.stateFile}.lock`);
  try {
    const file = new StateFile(options.stateFile);
    const run = new EngineRun(options, dryRun, dryRun ? undefined : file, file.read());
    return { ...(await run.execute()), durationMs: performance.now() - started };
  } finally {
    release?.();
  }
}

class EngineRun {
  readonly #options: EngineOptions;
  readonly #parallel: number;
  readonly #deployment: Deployment;
  readonly #planner: Planner;
  readonly #defaults: DefaultProviders;
  readonly #monitor: ResourceMonitor;
  readonly #server = new grpc.Server(CHANNEL_OPTIONS);

  constructor(options: EngineOptions, dryRun: boolean, file: StateFile | undefined, state: Snapshot) {
    this.#options = options;
    this.#parallel = options.parallel ?? DEFAULT_PARALLEL;
    const { operation, project, stack } = options;
    const providers = new ProviderRegistry(options.providers, {
      findResource: (urn) => {
        const found = this.#planner.registered.get(urn);
        return found && { urn, id: found.id ?? "", state: found.outputs };
      },
      stackOutputs: (name) =>
        name === `organization/${project}/${stack}`
          ? (state.resources.find(({ type }) => type === ROOT_STACK_TYPE)?.outputs ?? {})
          : undefined,
      stackResources: (name) =>
        name === `organization/${project}/${stack}`
          ? Object.fromEntries(
              state.resources
                .filter((resource) => resource.delete !== true)
                .map(({ urn, type, outputs }) => [urn, { type, outputs }]),
            )
          : undefined,
    });
    this.#deployment = new Deployment(
      {
        project,
        stack,
        dryRun,
        refresh: operation === "refresh" || options.refreshFirst === true,
        ...(options.targets !== undefined && { targets: new Set(options.targets) }),
      },
      new Journal(file, state, operation !== "refresh" || options.keepPendingCreates === true),
      providers,
      new Hooks(),
      (event) => options.onEvent?.(event),
      this.#parallel,
    );
    const manages = operation === "preview" || operation === "up" || operation === "import";
    this.#planner = new Planner(this.#deployment, manages);
    this.#defaults = new DefaultProviders(this.#planner, options.config, options.secretKeys ?? []);
    this.#monitor = new ResourceMonitor(this.#deployment, this.#planner, this.#defaults);
    if (operation !== "refresh" && state.pendingOperations.length > 0) {
      this.#warnOfPending(state.pendingOperations);
    }
  }

  async execute(): Promise<Omit<EngineResult, "durationMs">> {
    const { signal } = this.#options;
    const deployment = this.#deployment;
    const cancel = (): void => {
      deployment.fail(undefined, new Error("update canceled"));
    };
    signal?.addEventListener("abort", cancel);
    if (signal?.aborted) cancel();
    try {
      this.#monitor.addTo(this.#server);
      addEngineService(
        this.#server,
        (diagnostic) => {
          deployment.report(diagnostic);
        },
        deployment.emit,
      );
      const address = await listen(this.#server);
      deployment.providers.engineAddress = address;
      await this.#run(address);
    } catch (error) {
      deployment.fail(undefined, error);
    } finally {
      signal?.removeEventListener("abort", cancel);
      await deployment.idle();
      await deployment.journal.save();
      deployment.hooks.close();
      deployment.providers.close();
      this.#server.forceShutdown();
    }
    return this.#result();
  }

  async #run(address: string): Promise<void> {
    const { operation, runProgram } = this.#options;
    if (operation === "import") {
      await this.#import();
      return;
    }
    if (operation !== "preview" && operation !== "up") checkTargets(this.#deployment);
    if (this.#deployment.stopping) return;
    if (operation === "preview" || operation === "up" || runProgram) await this.#runProgram(address);
    else await this.#finish();
  }

  async #import(): Promise<void> {
    const { resources = [], protect = true } = this.#options.imports ?? {};
    const parts = { deployment: this.#deployment, planner: this.#planner, defaults: this.#defaults };
    try {
      await this.#deployment.track(() => importResources(resources, protect, parts));
    } catch (error) {
      if (!(error instanceof DeploymentStopped)) throw error;
    }
  }

  async #runProgram(address: string): Promise<void> {
    const deployment = this.#deployment;
    const program = startProgram({
      ...this.#options.program,
      project: this.#options.project,
      stack: this.#options.stack,
      monitor: address,
      engine: address,
      dryRun: deployment.options.dryRun,
      parallel: this.#parallel,
      config: this.#options.config,
      secretKeys: this.#options.secretKeys ?? [],
      env: this.#options.env ?? {},
      onLine: (type, line) => {
        deployment.emit({ type, line });
      },
    });
    try {
      await this.#follow(program);
    } finally {
      this.#monitor.release();
      await program.terminate();
    }
  }

  /** Waits until the program has registered everything, then does what is left to do. */
  async #follow(program: Program): Promise<void> {
    const deployment = this.#deployment;
    const exit = await Promise.race([
      program.exited,
      this.#monitor.programDone.promise,
      deployment.stopped.promise,
    ]);
    if (exit && !exit.ok) {
      if (exit.message !== undefined) deployment.report({ severity: "error", message: exit.message });
      deployment.stop();
    }
    await deployment.idle();
    checkTargets(deployment, this.#planner.registered);
    if (deployment.stopping) return;
    await this.#finish();
    if (exit || deployment.stopping) return;
    this.#monitor.release();
    const end = await program.exited;
    if (!end.ok) deployment.failLater(undefined, end.message ?? "the program failed after its last resource");
  }

  /** What follows the program: deletions, or the refresh of the resources it didn't register. */
  async #finish(): Promise<void> {
    const { operation } = this.#options;
    try {
      await this.#deployment.track(async () => {
        if (operation === "refresh") await this.#refreshRest();
        else {
          const which = operation === "destroy" ? "all" : "unregistered";
          await deleteResources(this.#deployment, this.#planner, which);
        }
      });
    } catch (error) {
      if (!(error instanceof DeploymentStopped)) throw error;
    }
  }

  async #refreshRest(): Promise<void> {
    const states = this.#deployment.journal
      .remaining()
      .filter((state) => !state.delete && !this.#planner.wasRefreshed(state))
      .filter(({ urn }) => this.#deployment.isTarget(urn));
    for (const state of inDependencyOrder(states)) await this.#planner.ensureProvider(state);
    await Promise.all(states.map((state) => refreshResource(this.#deployment, state)));
    this.#deployment.journal.forgetGone();
  }

  #warnOfPending(pending: readonly PendingOperation[]): void {
    const list = pending.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}\n`);
    this.#deployment.report({
      severity: "warning",
      message:
        `Attempting to deploy or update resources with ${pending.length} pending operations from previous deployment.\n` +
        `${list.join("")}These resources are in an unknown state because the run was interrupted while waiting for ` +
        "changes to these resources to complete. You should confirm whether or not the operations listed completed " +
        "successfully by checking the state of the appropriate provider. Once you have confirmed the status of the " +
        "interrupted operations, you can repair your stack using `refresh`, which will refresh the state from the " +
        "provider you are using and clear the pending operations if there are any.",
    });
  }

  #result(): Omit<EngineResult, "durationMs"> {
    const deployment = this.#deployment;
    const { steps, changes } = deployment;
    const unexpectedChanges = this.#options.expectNoChanges === true && hasChanges(changes);
    if (unexpectedChanges) {
      const how = deployment.options.dryRun ? "proposed" : "made";
      deployment.report({
        severity: "error",
        message: `error: no changes were expected but changes were ${how}`,
      });
    }
    const outputs = this.#outputs();
    return {
      ok: !deployment.failed && !unexpectedChanges,
      outputs: plain(outputs, maskSecrets),
      outputsSecret: plain(outputs, revealSecrets),
      changes,
      steps,
      diagnostics: deployment.diagnostics,
      unexpectedChanges,
    };
  }

  #outputs(): Properties {
    const root = this.#deployment.journal.snapshot().resources.find(({ type }) => type === ROOT_STACK_TYPE);
    return root?.outputs ?? {};
  }
}

const NO_CHANGE: ReadonlySet<string> = new Set(["same", "read", "discard", "read-replacement"]);

/** Whether a run changed anything, or would. */
export function hasChanges(changes: ChangeSummary): boolean {
  return Object.keys(changes).some((op) => !NO_CHANGE.has(op));
}

function plain(outputs: Properties, change: (value: Value) => Value): Record<string, Value> {
  const show = (value: Value) => mapValue(change(value), (v) => (v === UNKNOWN ? "[unknown]" : v));
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, show(value)]));
}

export type { Value };
