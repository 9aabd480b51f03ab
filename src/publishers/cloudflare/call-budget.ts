import { setTimeout as sleep } from "node:timers/promises";

export interface CallBudgetOptions {
  /** Most calls in a window. */
  readonly calls: number;
  readonly windowMs: number;
  /** Called before a wait, with the seconds. */
  readonly onWait?: (seconds: number) => void;
  readonly fetch?: typeof fetch;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A wait longer than this, in milliseconds, is for the user to decide. */
const LONGEST_WAIT_MS = 60_000;
/** Calls left to others when Cloudflare says how many remain. */
const RESERVE = 50;

/**
 * Keeps a user's calls within the limit that all tokens of the user share: the first call beyond it blocks every
 * further one for five minutes, deployments included. A short throttling holds all calls up. After a long one no more
 * calls are made: each would only fail, so each fails at once.
 */
export class CallBudget {
  readonly #options: CallBudgetOptions;
  readonly #now: () => number;
  /** When the calls of the current window were made. */
  #made: number[] = [];
  #notBefore = 0;
  #blocked: { readonly until: number; readonly body: string } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CallBudgetOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** For the option `fetch` of Cloudflare's client, which repeats what was throttled for a short time. */
  readonly fetch: typeof fetch = async (input, init) => {
    const turn = this.#turn.then(() => this.#await());
    this.#turn = turn.catch(() => undefined);
    await turn;
    if (this.#blocked !== undefined) return this.#refusal(this.#blocked);
    const response = await (this.#options.fetch ?? fetch)(input, init);
    const headers = response.headers;
    if (response.status === 429) {
      const seconds = Number(headers.get("retry-after") ?? NaN);
      if (seconds * 1000 > LONGEST_WAIT_MS) {
        this.#blocked = { until: this.#now() + seconds * 1000, body: await response.text() };
        return this.#refusal(this.#blocked);
      }
      this.#hold(Number.isNaN(seconds) ? 1 : seconds);
    }
    const remaining = Number(headers.get("x-ratelimit-remaining") ?? NaN);
    if (remaining < RESERVE) this.#hold(Number(headers.get("x-ratelimit-reset") ?? 0));
    return response;
  };

  /** Seconds until Cloudflare takes calls again; undefined while it does. */
  get blockedFor(): number | undefined {
    return this.#blocked && Math.max(1, Math.ceil((this.#blocked.until - this.#now()) / 1000));
  }

  #hold(seconds: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#now() + seconds * 1000);
  }

  async #await(): Promise<void> {
    const { calls, windowMs, onWait, wait = sleep } = this.#options;
    for (;;) {
      const now = this.#now();
      this.#made = this.#made.filter((at) => now - at < windowMs);
      const oldest = this.#made[0];
      const full = this.#made.length >= calls && oldest !== undefined ? oldest + windowMs : 0;
      const ms = Math.max(this.#notBefore, full) - now;
      if (ms <= 0 || this.#blocked !== undefined) break;
      if (ms > 1000) onWait?.(Math.ceil(ms / 1000));
      await wait(Math.ceil(ms));
    }
    this.#made.push(this.#now());
  }

  #refusal({ body }: { readonly body: string }): Response {
    return new Response(body, {
      status: 429,
      headers: { "content-type": "application/json", "x-should-retry": "false" },
    });
  }
}
