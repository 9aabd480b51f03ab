import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs calls one after another with at least `intervalMs` between their starts. SES allows one control-plane
 * call a second per account and Region (SES quotas); beyond that it throttles everybody who uses the account.
 */
export class Pace {
  readonly #intervalMs: number;
  #tail: Promise<unknown> = Promise.resolve();
  #nextAt = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  run<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(async () => {
      const wait = this.#nextAt - performance.now();
      if (wait > 0) await sleep(wait);
      this.#nextAt = performance.now() + this.#intervalMs;
      return call();
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
