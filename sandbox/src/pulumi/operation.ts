import { hasChanges, runEngine, type EngineOptions, type EngineResult } from "../engine/engine.js";
import type { EngineEvent } from "../engine/events.js";
import { PreviewDigest } from "../engine/preview-digest.js";
import type { Backend } from "./backend.js";
import type { Options } from "./arguments.js";
import { showDiff, TextDisplay, type Write } from "./display.js";
import { CommandFailure, EXIT, unsupported } from "./failure.js";
import { readImports } from "./imports.js";
import type { Project, StackConfig } from "./project.js";

type Operation = "preview" | "up" | "refresh" | "destroy" | "import";

/** How the real command calls them. */
const NOUN = {
  preview: "update",
  up: "update",
  refresh: "refresh",
  destroy: "destroy",
  import: "import",
} as const;

export interface OperationContext {
  readonly project: Project;
  readonly backend: Backend;
  readonly stack: string;
  readonly config: StackConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly write: Write;
  readonly signal: AbortSignal;
}

/**
 * `pulumi preview`, `up`, `refresh`, `destroy` and `import`.
 * @throws CommandFailure with an empty message where the reason is printed already
 */
export async function operate(
  operation: Operation,
  options: Options,
  context: OperationContext,
): Promise<void> {
  const previewOnly = operation === "preview" || options["preview-only"] === true;
  const skipPreview = options["skip-preview"] === true;
  checkConfirmation(operation, options, previewOnly);
  if (options.json === true && !previewOnly)
    throw unsupported(`pulumi ${operation} --json that changes something`);
  const engine = engineOptions(operation, options, context);
  // As in the real command, what only previews needs no lock and heeds none.
  const unlock = previewOnly ? (): void => undefined : context.backend.lock(context.stack);
  try {
    if (previewOnly || !skipPreview) await preview(operation, options, engine, context);
    if (!previewOnly) await apply(operation, options, engine, context);
  } finally {
    unlock();
  }
}

/** There is nobody to ask, with or without a terminal. */
function checkConfirmation(operation: Operation, options: Options, previewOnly: boolean): void {
  if (previewOnly || options.yes === true || options["skip-preview"] === true) return;
  throw new CommandFailure(
    "--yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode",
    operation === "refresh" ? EXIT.error : EXIT.configuration,
  );
}

function engineOptions(operation: Operation, options: Options, context: OperationContext): EngineOptions {
  const { project, backend, stack, env, signal } = context;
  const { config, secretKeys } = context.config.values();
  const { parallel, target } = options;
  if (parallel !== undefined && !/^[1-9]\d*$/.test(parallel)) {
    throw new CommandFailure(`invalid argument "${parallel}" for "-p, --parallel" flag`);
  }
  const wildcard = target?.find((urn) => urn.includes("*"));
  if (wildcard !== undefined) throw unsupported(`--target ${wildcard} with a wildcard`);
  return {
    operation,
    project: project.name,
    stack,
    program: project.program,
    config,
    secretKeys,
    stateFile: backend.stateFile(stack),
    providers: debugProviders(env),
    signal,
    ...(operation === "import" && { imports: readImports(options) }),
    ...(parallel !== undefined && { parallel: Number(parallel) }),
    ...(target !== undefined && { targets: target }),
    ...(options.refresh === true && { refreshFirst: true }),
    ...(operation === "refresh" && { keepPendingCreates: options["clear-pending-creates"] !== true }),
  };
}

/** Addresses of the running providers, by package. */
function debugProviders({ PULUMI_DEBUG_PROVIDERS: value = "" }: NodeJS.ProcessEnv): Record<string, string> {
  const entries = value.split(",").filter((entry) => entry !== "");
  if (entries.length === 0)
    throw unsupported("an operation without PULUMI_DEBUG_PROVIDERS, which has the providers,");
  return Object.fromEntries(
    entries.map((entry) => {
      const match = /^([a-z][a-z0-9-]*):(\d+)$/.exec(entry);
      if (match === null) throw new CommandFailure(`unable to parse debug providers: ${value}`);
      return [match[1]!, `127.0.0.1:${match[2]!}`];
    }),
  );
}

async function preview(
  operation: Operation,
  options: Options,
  engine: EngineOptions,
  { write, stack }: OperationContext,
): Promise<void> {
  const secrets = new Set(engine.secretKeys);
  const config = Object.entries(engine.config).map(([key, value]) => [
    key,
    secrets.has(key) ? "[secret]" : value,
  ]);
  const digest = new PreviewDigest(Object.fromEntries(config) as Record<string, string>);
  const display = new TextDisplay(options.json === true || options.diff === true ? undefined : write, true);
  if (options.json !== true) write(`Previewing ${NOUN[operation]} (${stack}):\n`);
  const run = operation === "up" ? "preview" : operation;
  const result = await runEngine({
    ...engine,
    operation: run,
    dryRun: true,
    onEvent: (event: EngineEvent) => {
      digest.add(event);
      display.add(event);
    },
  });
  const document = digest.document(result.changes, result.durationMs);
  if (options.json === true) write(JSON.stringify(document, null, 4) + "\n");
  else if (options.diff === true) write(showDiff(document));
  display.finish(result.changes);
  settle(operation, options, result);
}

async function apply(
  operation: Operation,
  options: Options,
  engine: EngineOptions,
  { write, stack }: OperationContext,
): Promise<void> {
  const display = new TextDisplay(write, false);
  write(
    `${{ up: "Updating", refresh: "Refreshing", destroy: "Destroying", import: "Importing", preview: "" }[operation]} (${stack}):\n`,
  );
  const result = await runEngine({
    ...engine,
    onEvent: (event: EngineEvent) => {
      display.add(event);
    },
  });
  display.finish(result.changes);
  write(`\nDuration: ${Math.ceil(result.durationMs / 1000)}s\n`);
  settle(operation, options, result);
}

function settle(operation: Operation, options: Options, result: EngineResult): void {
  if (!result.ok) throw new CommandFailure("");
  if (options["expect-no-changes"] !== true || !hasChanges(result.changes)) return;
  const noun = operation === "up" ? "update" : operation;
  throw new CommandFailure(
    `no changes were expected for ${noun} but changes were proposed`,
    EXIT.noChangesExpected,
  );
}
