import { setTimeout as sleep } from "node:timers/promises";
import type { Inspection } from "./inspect.js";
import type { StackDomain } from "../contract/stack-outputs.js";

export interface WaitOptions {
  /** Milliseconds to go on for at most; 0 looks once. */
  readonly waitMs: number;
  /** Milliseconds before the second look; half as much longer before each further one. Default 2,000. */
  readonly firstDelayMs?: number;
  /** Longest pause in milliseconds; default 30,000: SES itself looks no more often. */
  readonly maxDelayMs?: number;
  /** Ends the waiting with what is known by then. */
  readonly signal?: AbortSignal;
  /** Called after each look, with all that is known by then. */
  readonly onLook?: (inspections: readonly Inspection[]) => void;
}

/** Whether waiting can't change the answer: SES has verified the domain or given it up. */
function isSettled({ report }: Inspection): boolean {
  return report.checked && report.status !== "Pending";
}

/** Looks until every domain is settled or the time is up; each time only at those that are not. */
export async function waitUntilSettled(
  domains: readonly StackDomain[],
  look: (domains: readonly StackDomain[]) => Promise<readonly Inspection[]>,
  options: WaitOptions,
): Promise<readonly Inspection[]> {
  const { waitMs, firstDelayMs = 2000, maxDelayMs = 30_000, signal, onLook } = options;
  const deadline = performance.now() + waitMs;
  const known = new Map<string, Inspection>();
  let open = domains;
  for (let delay = firstDelayMs; ; delay = Math.min(maxDelayMs, delay * 1.5)) {
    const looked = await untilAborted(look(open), signal);
    if (looked === undefined) break;
    for (const inspection of looked) known.set(inspection.report.domain, inspection);
    onLook?.([...known.values()]);
    open = domains.filter(({ domain }) => !isSettled(known.get(domain)!));
    const remaining = deadline - performance.now();
    if (open.length === 0 || remaining <= 0) break;
    // The last look is at the very end of the time, so that a short one is not wasted.
    await untilAborted(sleep(Math.min(delay, remaining)), signal);
    if (signal?.aborted) break;
  }
  return [...known.values()];
}

/** The value, or undefined as soon as the signal is given. */
async function untilAborted<T>(value: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return value;
  if (signal.aborted) return undefined;
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
