import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const BIN = fileURLToPath(new URL("../../bin/mailstack.js", import.meta.url));

export const TOKEN = "ms_live_0123456789abcdef";

export interface ServeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends a request with the token, unless the headers name another. */
  readonly call: (path: string, init?: RequestInit) => Promise<Response>;
  /** Stops it as Ctrl-C does; the exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `mailstack serve --json` on a free port, and stops it after the test. */
export async function startServe(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<ServeProcess> {
  const child = spawn(process.execPath, [BIN, "serve", "--json", ...args], {
    cwd: options.cwd,
    env: {
      PATH: process.env["PATH"],
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      MAILSTACK_API_TOKEN: TOKEN,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close") as Promise<[number | null]>;
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([text]) => text as string),
    ended.then(([code]) => Promise.reject(new Error(`ended with ${code}: ${stdout}${stderr}`))),
  ]);
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    call: (path, init = {}) =>
      fetch(url + path, { ...init, headers: { authorization: `Bearer ${TOKEN}`, ...init.headers } }),
    async stop(signal = "SIGINT") {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}
