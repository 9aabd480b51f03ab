const windowMs = 300_000;
export const requestsPerWindow = 1200;

export interface RateState {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until requests are taken again, or until the window ends. */
  readonly resetSeconds: number;
}

/**
 * 1,200 requests in five minutes; the one after them blocks every further one for five minutes (Cloudflare API rate
 * limits). All tokens of the sandbox belong to one user and share the limit.
 */
export class RateLimiter {
  #start: number | undefined;
  #count = 0;
  #blockedUntil = 0;

  constructor(private readonly now: () => number = Date.now) {}

  take(): RateState {
    const now = this.now();
    if (now < this.#blockedUntil) return this.#state(false, this.#blockedUntil - now);
    if (this.#start === undefined || now - this.#start >= windowMs) {
      this.#start = now;
      this.#count = 0;
    }
    if (this.#count >= requestsPerWindow) {
      this.#blockedUntil = now + windowMs;
      this.#start = undefined;
      return this.#state(false, windowMs);
    }
    this.#count++;
    return this.#state(true, this.#start + windowMs - now);
  }

  #state(allowed: boolean, resetMs: number): RateState {
    const remaining = allowed ? requestsPerWindow - this.#count : 0;
    return { allowed, remaining, resetSeconds: Math.ceil(resetMs / 1000) };
  }
}
