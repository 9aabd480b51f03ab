const ERASE_LINE = "\r\u001b[2K";

export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds of work before anything is shown. */
const QUIET_MS = 2000;
/** Milliseconds between two lines where lines can't be overwritten, as in a log. */
const LOG_EVERY_MS = 10_000;

/** One line of progress: overwritten in a terminal, now and then a new one in a log. */
export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #startedAt: number;
  readonly #now: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#startedAt = now();
  }

  show(text: string): void {
    const now = this.#now();
    if (now - this.#startedAt < QUIET_MS) return;
    if (this.#stream.isTTY) {
      this.#stream.write(ERASE_LINE + text);
      this.#open = true;
    } else if (now - this.#shownAt >= LOG_EVERY_MS) {
      this.#stream.write(text + "\n");
      this.#shownAt = now;
    }
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#open) this.#stream.write(ERASE_LINE);
    this.#open = false;
  }
}
