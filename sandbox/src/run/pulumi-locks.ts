import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PROJECT_NAME } from "./engine.js";

const POLL_MS = 200;

/**
 * Waits for the `pulumi` processes that lock a stack of a local backend: when a sandbox command is killed, its `pulumi`
 * keeps running for a moment, until it notices that its providers are gone.
 * @returns whether locks of dead processes are left
 * @throws Error if a process holds the stack for longer than `withinMs` milliseconds
 */
export async function awaitLocks(backend: string, stack: string, withinMs = 15_000): Promise<boolean> {
  const folder = join(backend, ".pulumi", "locks", "organization", PROJECT_NAME, stack);
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (!existsSync(folder)) return false;
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(folder, name));
    const holder = files.map(pidOf).find((pid) => pid !== undefined && isAlive(pid));
    if (holder === undefined) return files.length > 0;
    if (performance.now() > deadline) {
      throw new Error(
        `pulumi (process ${holder}) from an earlier command is still working on the stack ${stack}`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Undefined for a lock that is being released, or that a killed process left half written. */
function pidOf(path: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(path, "utf8")) as { pid?: unknown };
    return typeof pid === "number" ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
