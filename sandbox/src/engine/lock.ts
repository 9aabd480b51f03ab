import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, linkSync } from "node:fs";
import { dirname } from "node:path";

/** Another run holds the stack. */
export class StackLockedError extends Error {
  override readonly name = "StackLockedError";
}

/**
 * Takes the lock file and returns the function that releases it. A lock of a dead process is taken over.
 *
 * @throws StackLockedError if a living process holds it.
 */
export function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const started = startOf(process.pid);
  const content = JSON.stringify({
    pid: process.pid,
    ...(started !== undefined && { started }),
    time: new Date().toISOString(),
  });
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
  if (isAlive(before)) throw locked(path, before.pid);
  const moved = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, moved);
  } catch {
    return;
  }
  const after = readLock(moved);
  if (after && (after.pid !== before.pid || after.started !== before.started)) linkSync(moved, path);
  rmSync(moved, { force: true });
}

function locked(path: string, pid: number): StackLockedError {
  return new StackLockedError(`the stack is currently locked by process ${pid} (${path})`);
}

interface Owner {
  readonly pid: number;
  /** Distinguishes the process from a later one with the same id; absent if the system can't say. */
  readonly started?: string;
}

function readLock(path: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, "utf8")) as { pid?: unknown; started?: unknown };
    return { pid: typeof pid === "number" ? pid : 0, ...(typeof started === "string" && { started }) };
  } catch (error) {
    // Anything that isn't our lock has no living process behind it.
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : { pid: 0 };
  }
}

function isAlive({ pid, started }: Owner): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now !== "ended" && (started === undefined || now === undefined || started === now);
}

/**
 * When a process started, in ticks since boot, with the id of the boot: process ids are reused, in a container after
 * each start. `ended`: it exists only because nobody has collected its exit code. Undefined on systems other than
 * Linux (proc(5), fields 3 and 22 of `stat`).
 */
function startOf(pid: number): string | undefined {
  try {
    // The name of the program, in parentheses, may contain anything.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended" : `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}
