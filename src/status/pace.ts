import { setTimeout as sleep } from "node:timers/promises";

/** Where a queue of paced calls stands. */
export interface PaceProgress {
  /** Calls that have ended, of all that were asked for so far. */
  readonly done: number;
  readonly total: number;
  /** Milliseconds that the calls still waiting take at least. */
  readonly remainingMs: number;
}

/**
 * Runs calls one after another with at least `intervalMs` between their starts. SES allows one control-plane
 * call a second per account and Region (SES quotas); beyond that it throttles everybody who uses the account.
 */
export class Pace {
  readonly #intervalMs: number;
  readonly #onProgress: ((progress: PaceProgress) => void) | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #nextAt = 0;
  #done = 0;
  #total = 0;
  #abandoned: { readonly calls: number; readonly error: unknown } | undefined;

  constructor(intervalMs: number, onProgress?: (progress: PaceProgress) => void) {
    this.#intervalMs = intervalMs;
    this.#onProgress = onProgress;
  }

  /** Runs the call when its turn has come; a call that fails does not hold up those behind it. */
  run<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#total++;
    const result = this.#tail.then(async () => {
      if (this.#abandoned !== undefined && turn < this.#abandoned.calls) throw this.#abandoned.error;
      // Timers may fire a little early.
      for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await sleep(Math.ceil(wait));
      const running = call();
      this.#keepDistance();
      return running;
    });
    const ended = (): void => {
      this.#done++;
      this.#report();
    };
    this.#tail = result.then(ended, ended);
    return result;
  }

  /** Rejects all waiting calls with the error. Later calls are made as usual. */
  abandon(error: unknown): void {
    this.#abandoned = { calls: this.#total, error };
  }

  #wait(): number {
    return this.#nextAt - performance.now();
  }

  /** Keeps the distance from now on, when a call has been repeated within its turn. */
  again(): void {
    this.#keepDistance();
    this.#report();
  }

  #keepDistance(): void {
    this.#nextAt = performance.now() + this.#intervalMs;
  }

  #report(): void {
    const waiting = this.#total - this.#done;
    this.#onProgress?.({ done: this.#done, total: this.#total, remainingMs: waiting * this.#intervalMs });
  }
}
