/** Milliseconds between two looks. */
const LOOK_MS = 500;

/**
 * Resolves when the npm or npx that started this process is gone: it ends the shell between them, but passes on no
 * signal. Never resolves for a process started without npm, which may outlive its shell.
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
