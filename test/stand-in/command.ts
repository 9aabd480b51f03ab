import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { ENGINES } from "../e2e/lab.js";

/** The folder with the stand-in for `pulumi`. */
export const STAND_IN = fileURLToPath(new URL(".", import.meta.url));

/** The real command where it is to be tested, otherwise the stand-in. */
export const ENGINE = ENGINES.find(({ engine, skip }) => engine === "pulumi" && !skip)?.engine ?? "embedded";

/** PATH with the command of an engine: for `pulumi` the real one, which has to be there. */
export function pathFor(engine: "embedded" | "pulumi", path = process.env["PATH"] ?? ""): string {
  return engine === "pulumi" ? path : `${STAND_IN}${delimiter}${path}`;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi` of an engine; a failure is in the result. */
export function pulumi(
  engine: "embedded" | "pulumi",
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...options.env, PATH: pathFor(engine) };
    const child = execFile(
      "pulumi",
      args,
      { cwd: options.cwd, env, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 255;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? "");
  });
}
