import type { SesProgress } from "../status/ses-api.js";

/** Milliseconds of work before anything is shown. */
const QUIET_MS = 2000;
/** Milliseconds between two messages. */
const EVERY_MS = 1000;

/**
 * Tells how far the calls to SES are once they have taken more than two seconds.
 * @param show gets a line of text
 * @param now milliseconds on any clock
 */
export function sesProgress(
  show: (text: string) => void,
  now: () => number = () => performance.now(),
): (progress: SesProgress) => void {
  let startedAt: number | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  return ({ region, done, total, remainingMs }) => {
    const time = now();
    startedAt ??= time;
    if (done === total || time - startedAt < QUIET_MS || time - shownAt < EVERY_MS) return;
    shownAt = time;
    const seconds = Math.ceil(remainingMs / 1000);
    show(
      `reading the state of the domains in SES ${region}: ${done} of ${total} calls, about ${seconds} s left`,
    );
  };
}
