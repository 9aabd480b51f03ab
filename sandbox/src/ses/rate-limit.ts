/** Admits one call per interval for each key; what comes in between is refused and does not push the next back. */
export class RateLimit {
  readonly #last = new Map<string, number>();

  /** @param intervalMs milliseconds between two admitted calls. */
  constructor(private readonly intervalMs: number) {}

  admit(key: string, now: number = performance.now()): boolean {
    const last = this.#last.get(key);
    if (last !== undefined && now - last < this.intervalMs) return false;
    this.#last.set(key, now);
    return true;
  }
}
