/** Milliseconds between two looks. */
const LOOK_MS = 500;

/**
 * Resolves when the npm or npx that has started this process is gone: it ends the shell between them, but hands no
 * signal on. Never resolves for a process that was started without npm, which may outlive the shell it was started from.
 */
export function npmGone(): Promise<void> {
  if (process.env["npm_command"] === undefined) return new Promise(() => undefined);
  const parent = process.ppid;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, LOOK_MS);
    timer.unref();
  });
}
