import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** The first wait, which then doubles, in milliseconds. */
  readonly baseMs: number;
  /** The longest wait after this failure, in milliseconds, but for what the service itself asks for. */
  capMs(error: unknown): number;
  /** Whether the failure of this attempt (1, 2, …) is worth another one; a number is the service's own wait in ms. */
  retryable(error: unknown, attempt: number): boolean | number;
}

/**
 * Calls until it succeeds, fails for good, or the attempts are used up; the wait is exponential with full jitter.
 *
 * @param signal ends the call and the waiting. The call gets a signal of its own: clients leave listeners behind on it.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const abort = (): void => own.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await attempt(policy, own.signal, call);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function attempt<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(signal);
    } catch (error) {
      signal.throwIfAborted();
      const verdict = attempt < policy.attempts && policy.retryable(error, attempt);
      if (verdict === false) throw error;
      const backoff = Math.random() * Math.min(policy.capMs(error), policy.baseMs * 2 ** (attempt - 1));
      await sleep(typeof verdict === "number" ? verdict : backoff, undefined, { signal });
    }
  }
}

const CONNECTION_ERRORS = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
]);

/** The system's code (`ECONNRESET`, …) when the error, or what caused it, is a lost or refused connection. */
export function connectionError(error: unknown): string | undefined {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; depth++) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== undefined && CONNECTION_ERRORS.has(code)) return code;
    if (cause.name === "TimeoutError" || cause.message === "socket hang up") return "ETIMEDOUT";
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return undefined;
}
