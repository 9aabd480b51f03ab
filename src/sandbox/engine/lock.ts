import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, linkSync } from "node:fs";
import { dirname } from "node:path";

/** Another run holds the stack. */
export class StackLockedError extends Error {
  override readonly name = "StackLockedError";
}

/**
 * Takes the lock file and returns the function that gives it back. A lock whose process is gone is taken
 * over.
 *
 * @throws StackLockedError if a living process holds it.
 */
export function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const content = JSON.stringify({ pid: process.pid, time: new Date().toISOString() });
  // Linking makes the lock appear with its content: nobody ever sees an empty one.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, content);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(own, path);
        return () => {
          rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        dropStaleLock(path);
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new StackLockedError(`the stack is currently locked (${path})`);
}

/** Moves a stale lock away. If another run took it over in between, puts its lock back. */
function dropStaleLock(path: string): void {
  const before = readLock(path);
  if (before === undefined) return;
  if (isAlive(before.pid)) throw locked(path, before.pid);
  const moved = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, moved);
  } catch {
    return;
  }
  const after = readLock(moved);
  if (after && after.pid !== before.pid) linkSync(moved, path);
  rmSync(moved, { force: true });
}

function locked(path: string, pid: number): StackLockedError {
  return new StackLockedError(`the stack is currently locked by process ${pid} (${path})`);
}

function readLock(path: string): { pid: number } | undefined {
  try {
    const lock = JSON.parse(readFileSync(path, "utf8")) as { pid?: unknown };
    return { pid: typeof lock.pid === "number" ? lock.pid : 0 };
  } catch (error) {
    // What isn't a lock of ours has no living process behind it.
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : { pid: 0 };
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
