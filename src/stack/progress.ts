import type { SesProgress } from "../status/ses-api.js";

/** Milliseconds of work before anything is shown. */
const QUIET_MS = 2000;
/** Milliseconds between two messages: each pause is 1.5 times the last, since a log keeps every message. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Reports the progress of the calls to SES once they have taken more than two seconds, less and less often.
 * @param show gets a line of text
 * @param now milliseconds on any clock
 */
export function sesProgress(
  show: (text: string) => void,
  now: () => number = () => performance.now(),
): (progress: SesProgress) => void {
  let startedAt: number | undefined;
  let nextAt = 0;
  let pause = FIRST_PAUSE_MS;
  return ({ region, done, total, remainingMs }) => {
    const time = now();
    startedAt ??= time;
    if (done === total || time - startedAt < QUIET_MS || time < nextAt) return;
    nextAt = time + pause;
    pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5);
    // Zero if the calls are not paced: the remaining time is unknown.
    const left = remainingMs > 0 ? `, about ${Math.ceil(remainingMs / 1000)} s left` : "";
    show(`reading the state of the domains in SES ${region}: ${done} of ${total} calls${left}`);
  };
}
