import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The exit code of a program that has told the user what went wrong. */
const ALREADY_REPORTED = 32;
const TERMINATION_GRACE_MS = 5_000;

/**
 * The SDK prints errors with `util.inspect` in colour. Node.js 20 then loops, for a minute, over a stack
 * frame right inside a scope's folder (`node_modules/@pulumi/resource.ts`, as the SDK's source maps have
 * it) until its string is too long. Without colour it doesn't, and diagnostics are plain text anyway.
 */
const PLAIN_ERRORS = `
import util from "node:util";
const inspect = util.inspect;
util.inspect = Object.assign(
  (value, options, ...rest) => inspect(
    value,
    util.types.isNativeError(value) && options?.colors ? { ...options, colors: false } : options,
    ...rest,
  ),
  inspect,
);
`;

/** A pipe that the engine never writes to: it closes when the engine ends, for whatever reason. */
const LIFELINE_FD = 3;

/**
 * A killed engine can't end its program, and the SDK would keep calling it forever. The watch is a separate thread: a
 * program that calls without a pause would never notice that the pipe has closed.
 */
const DIE_WITH_ENGINE = `
import { Worker } from "node:worker_threads";
new Worker(
  \`
  const end = () => process.kill(process.pid, "SIGKILL");
  const pipe = new (require("node:net").Socket)({ fd: ${LIFELINE_FD}, readable: true, writable: false });
  pipe.on("error", end).on("close", end).resume();
  \`,
  { eval: true },
).unref();
`;

/**
 * Most of a small program's time goes into starting the SDK. Two parts of that do nothing here: the libraries for
 * traces, which only `--tracing` uses, and the source maps of dependencies, which the SDK reads because it notes for
 * each resource where in the source it was created. The program's own source maps are still read.
 */
const START_FAST = `
import { createRequire, Module } from "node:module";
import { sep } from "node:path";
const run = createRequire(process.argv[1]);
const path = run.resolve("@pulumi/pulumi/cmd/run/tracing.js");
const tracing = new Module(path);
tracing.filename = path;
tracing.loaded = true;
tracing.exports = {
  __esModule: true,
  start: () => undefined,
  stop: () => undefined,
  newSpan: (name) => run("@opentelemetry/api").trace.getTracer("nodejs-runtime").startSpan(name),
};
run.cache[path] = tracing;
const none = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
const dependency = sep + "node_modules" + sep;
run("source-map-support").install({
  retrieveSourceMap: (source) => source.includes(dependency) ? { url: source, map: none } : null,
});
`;

const PRELOAD = `data:text/javascript,${encodeURIComponent(PLAIN_ERRORS + DIE_WITH_ENGINE + START_FAST)}`;

export interface ProgramOptions {
  /** The folder of the program's package.json, and its working directory. */
  cwd: string;
  /** The entry point, relative to `cwd`. */
  main: string;
  /** The folder of the project's own file and those of its stacks; default `cwd`. */
  root?: string;
  project: string;
  stack: string;
  monitor: string;
  engine: string;
  dryRun: boolean;
  parallel: number;
  config: Record<string, string>;
  secretKeys: readonly string[];
  env: Record<string, string | undefined>;
  onLine(stream: "stdout" | "stderr", line: string): void;
}

export interface ProgramExit {
  ok: boolean;
  /** What to tell the user; absent if the program has done so itself. */
  message?: string;
}

export interface Program {
  exited: Promise<ProgramExit>;
  /** Ends the program, by force if it doesn't exit within a few seconds. */
  terminate(): Promise<void>;
}

/**
 * Runs a Pulumi program for Node.js as the CLI's language host does, through the `cmd/run` module of the
 * SDK that the program itself uses.
 *
 * @throws Error if the program's folder has no `@pulumi/pulumi`.
 */
export function startProgram(options: ProgramOptions): Program {
  const runModule = createRequire(join(options.cwd, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const args = [
    ...["--import", PRELOAD],
    runModule,
    ...["--monitor", options.monitor],
    ...["--engine", options.engine],
    ...["--organization", "organization"],
    ...["--project", options.project],
    ...["--root-directory", options.root ?? options.cwd],
    ...["--stack", options.stack],
    ...["--pwd", options.cwd],
    ...(options.dryRun ? ["--dry-run"] : []),
    ...["--query-mode", "false"],
    ...["--parallel", String(options.parallel)],
    options.main,
  ];
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: {
      ...process.env,
      ...options.env,
      PULUMI_CONFIG: JSON.stringify(options.config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(options.secretKeys),
    },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    // In a separate process group, Ctrl-C doesn't end it before the steps in flight have run their hooks.
    detached: true,
  });
  for (const stream of ["stdout", "stderr"] as const) {
    createInterface({ input: child[stream]! }).on("line", (line) => {
      options.onLine(stream, line);
    });
  }
  const exited = new Promise<ProgramExit>((resolve) => {
    child.on("error", (error) => {
      resolve({ ok: false, message: `could not run the program: ${error.message}` });
    });
    child.on("close", (code, signal) => {
      resolve(describeExit(code, signal));
    });
  });
  return {
    exited,
    async terminate() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), TERMINATION_GRACE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): ProgramExit {
  if (code === 0) return { ok: true };
  if (code === ALREADY_REPORTED) return { ok: false };
  if (code === null) return { ok: false, message: `Program was terminated by signal ${signal ?? "unknown"}` };
  return { ok: false, message: `Program exited with non-zero exit code: ${code}` };
}
