import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hostname, userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { exportDeployment } from "../engine/exported.js";
import { readSealed, readState } from "../engine/state-file.js";
import { ROOT_STACK_TYPE } from "../engine/urn.js";
import { mapProperties, maskSecrets } from "../engine/values.js";
import { parseCommandLine, type CommandLine, type Options } from "./arguments.js";
import { Backend, backendUrl } from "./backend.js";
import { CommandFailure, EXIT, unsupported } from "./failure.js";
import { findProject, StackConfig, type Project } from "./project.js";

/** The `pulumi` command, as far as the documentation and the workflows use it, with the embedded engine. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const line = parseCommandLine(args);
    await run(line, env);
  } catch (error) {
    const { message, exitCode } =
      error instanceof CommandFailure ? error : { message: (error as Error).stack, exitCode: EXIT.error };
    if (message) process.stderr.write(`error: ${message}\n`);
    process.exitCode = exitCode;
  }
}

const write = (line: string): void => {
  process.stdout.write(line);
};

/** The version of Pulumi whose formats these are. */
function version(): string {
  const path = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

async function run({ command, options, values }: CommandLine, env: NodeJS.ProcessEnv): Promise<void> {
  switch (command) {
    case "version":
      write(`${version()}\n`);
      return;
    case "whoami":
      write(`${userInfo().username}\n`);
      return;
    case "login":
      login(values[0], env);
      return;
    default:
  }
  const project = findProject(options.cwd ?? process.cwd());
  const backend = new Backend(backendUrl(env), project.name);
  if (command === "stack ls") {
    needJson(command, options);
    write(JSON.stringify(listStacks(backend, env), null, 2) + "\n");
    return;
  }
  if (command === "stack init" || command === "stack select") {
    const stack = options.stack ?? values[0];
    if (stack === undefined) throw new CommandFailure("missing stack name");
    chooseStack(command, stack, options, { project, backend, env });
    return;
  }
  const named = command === "stack rm" || command === "cancel" ? values[0] : undefined;
  const stack = options.stack ?? named ?? selectedStack(backend, env);
  backend.check(stack);
  const config = new StackConfig(project, stack, env);
  switch (command) {
    case "stack rm":
      removeStack(stack, options, backend);
      return;
    case "stack export":
      exportStack(stack, options, backend);
      return;
    case "stack output":
      writeOutputs(stack, values[0], options, backend);
      return;
    case "config":
      needJson(command, options);
      write(JSON.stringify(config.shown(), null, 2) + "\n");
      return;
    case "config get": {
      const value = config.get(values[0]!);
      if (value === undefined) {
        throw new CommandFailure(`configuration key '${values[0]}' not found for stack '${stack}'`);
      }
      write(`${value}\n`);
      return;
    }
    case "config set":
      config.set(values[0]!, values[1] ?? (await text(process.stdin)).trimEnd(), options.secret === true);
      return;
    case "config rm":
      config.remove(values[0]!);
      return;
    case "cancel":
      backend.unlock(stack);
      write(`The currently running update for '${stack}' has been canceled!\n`);
      return;
    default: {
      // The engine takes half a second to load; the other commands do without.
      const { operate } = await import("./operation.js");
      await operate(command, options, {
        ...{ project, backend, stack, config, env, write },
        signal: cancellation(),
      });
    }
  }
}

/** The real command's tables are for people. */
function needJson(command: string, { json }: Options): void {
  if (json !== true) throw unsupported(`pulumi ${command} without --json`);
}

/** The first Ctrl-C lets running steps finish; a second one ends the process. */
function cancellation(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

function login(url: string | undefined, env: NodeJS.ProcessEnv): void {
  const chosen = backendUrl(env);
  if (url !== undefined && url !== chosen) {
    throw new CommandFailure(
      `the pulumi stand-in keeps states in PULUMI_BACKEND_URL=${chosen}, not in ${url}`,
    );
  }
  write(`Logged in to ${hostname()} as ${userInfo().username} (${chosen})\n`);
}

function selectedStack(backend: Backend, env: NodeJS.ProcessEnv): string {
  const stack = env["PULUMI_STACK"] || backend.selected();
  if (stack !== undefined) return stack;
  throw new CommandFailure(
    "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
  );
}

function listStacks(backend: Backend, env: NodeJS.ProcessEnv): object[] {
  const current = env["PULUMI_STACK"] || backend.selected();
  return backend.stacks().map((name) => ({ name, current: name === current, ...backend.describe(name) }));
}

function chooseStack(
  command: "stack init" | "stack select",
  stack: string,
  options: Options,
  { project, backend, env }: { project: Project; backend: Backend; env: NodeJS.ProcessEnv },
): void {
  const create = command === "stack init" || (options.create === true && !backend.stacks().includes(stack));
  if (create) {
    new StackConfig(project, stack, env).init();
    backend.create(stack);
    process.stderr.write(`Created stack '${stack}'\n`);
  }
  backend.check(stack);
  backend.select(stack);
}

function removeStack(stack: string, options: Options, backend: Backend): void {
  if (options.yes !== true) throw new CommandFailure("non-interactive mode requires --yes flag");
  if (backend.describe(stack).resourceCount > 0) {
    throw new CommandFailure(
      `'${stack}' still has resources; removal rejected. Possible actions:\n` +
        "- Make sure that '" +
        stack +
        "' is the stack that you want to destroy\n- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`",
    );
  }
  backend.remove(stack);
  write(`Stack '${stack}' has been removed!\n`);
}

function exportStack(stack: string, options: Options, backend: Backend): void {
  const state = readSealed(backend.stateFile(stack));
  const { snapshot, time } = state ?? {
    snapshot: { resources: [], pendingOperations: [] },
    time: backend.describe(stack).lastUpdate,
  };
  const manifest = { time, magic: "", version: version() };
  const document = exportDeployment(snapshot, manifest, { type: "embedded" });
  const written = JSON.stringify(document, null, 4) + "\n";
  if (options.file === undefined) write(written);
  else writeFileSync(options.file, written);
}

function writeOutputs(stack: string, name: string | undefined, options: Options, backend: Backend): void {
  const root = readState(backend.stateFile(stack)).resources.find(({ type }) => type === ROOT_STACK_TYPE);
  const outputs = mapProperties(root?.outputs ?? {}, maskSecrets);
  if (name === undefined) {
    needJson("stack output", options);
    write(JSON.stringify(outputs, null, 2) + "\n");
    return;
  }
  if (!Object.hasOwn(outputs, name)) {
    throw new CommandFailure(`current stack does not have output property '${name}'`);
  }
  const value = outputs[name];
  if (options.json === true) write(JSON.stringify(value, null, 2) + "\n");
  else write(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
}
