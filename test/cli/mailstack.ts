import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/mailstack.js", import.meta.url));

export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to a clean environment without colours, AWS settings or CI marks. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another copy of bin/mailstack.js. */
  readonly bin?: string;
  /** Options for Node.js itself. */
  readonly nodeOptions?: readonly string[];
  /** What stands on standard input; nothing by default. */
  readonly input?: string | Buffer;
}

/** Runs the built command line as people do: as a process of its own, its output in pipes. */
export function mailstack(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), options.bin ?? BIN, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  // A command need not read all that it is offered.
  child.stdin?.on("error", () => undefined).end(options.input);
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
