import { setTimeout as sleep } from "node:timers/promises";

export interface RetryOptions {
  /** How often a call is made at most. */
  readonly attempts: number;
  /** Milliseconds before the first repetition; doubled for each further one. */
  readonly baseMs: number;
  /** Longest wait in milliseconds. */
  readonly maxMs: number;
  readonly isRetryable: (error: unknown) => boolean;
  /** Milliseconds to wait at least, if the failure says so, whatever `maxMs` is. */
  readonly atLeastMs?: (error: unknown) => number | undefined;
  /** Called before a repetition, after the wait. */
  readonly onRetry?: () => void;
}

/**
 * Repeats a call that failed for a passing reason. Half of each wait is random, so two programs that were throttled
 * together don't come back together.
 */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= options.attempts || !options.isRetryable(error)) throw error;
      const wait = Math.min(options.maxMs, options.baseMs * 2 ** (attempt - 1));
      await sleep(Math.max(wait * (0.5 + Math.random() / 2), options.atLeastMs?.(error) ?? 0));
      options.onRetry?.();
    }
  }
}
