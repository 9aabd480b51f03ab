import { statSync } from "node:fs";
import { within } from "../api/within.js";
import type { StackDomain } from "../contract/stack-outputs.js";
import { readStackDomains, type StackSource } from "./stack-domains.js";

export interface StackWatchOptions {
  /** Milliseconds after which Pulumi is asked again; default 30,000. A file is read again whenever it has changed. */
  readonly maxAgeMs?: number;
  /** Called with the reason when the outputs can't be read again; once until they can be. */
  readonly onProblem?: (message: string) => void;
}

/** Milliseconds that a reader waits at most for newer outputs before it gets the last ones. */
const PATIENCE_MS = { usual: 2000, anew: 10_000 };
/** File times are coarse: a file that changed this recently may change again without a new time. */
const RECENT_MS = 2000;

/** The stack's domains, read again and again. If the outputs can't be read, the last ones stay in force. */
export class StackWatch {
  readonly #source: StackSource;
  readonly #options: StackWatchOptions;
  #domains: readonly StackDomain[] | undefined;
  #reading: Promise<void> | undefined;
  /** When Pulumi was asked, in milliseconds of a monotonic clock; or what the file looked like. */
  #readAt = Number.NEGATIVE_INFINITY;
  #fileMark: string | undefined;
  #problem: string | undefined;

  constructor(source: StackSource, options: StackWatchOptions = {}) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * @param anew ask Pulumi, however recently it was asked
   * @throws CliError when the outputs could never be read
   */
  async read(anew = false): Promise<readonly StackDomain[]> {
    if (this.#domains === undefined || this.#mayHaveChanged(anew)) {
      this.#reading ??= this.#readAgain().finally(() => (this.#reading = undefined));
      await (this.#domains === undefined
        ? this.#reading
        : within(this.#reading, anew ? PATIENCE_MS.anew : PATIENCE_MS.usual));
    }
    return this.#domains ?? [];
  }

  #mayHaveChanged(anew: boolean): boolean {
    const { outputs } = this.#source;
    if (outputs === "-") return false; // standard input has been read to its end
    if (outputs !== undefined) return this.#fileMark === undefined || markOf(outputs) !== this.#fileMark;
    return anew || performance.now() - this.#readAt >= (this.#options.maxAgeMs ?? 30_000);
  }

  async #readAgain(): Promise<void> {
    const { outputs } = this.#source;
    this.#readAt = performance.now();
    this.#fileMark = outputs === undefined || outputs === "-" ? undefined : markOf(outputs);
    try {
      this.#domains = [...(await readStackDomains(this.#source)).values()];
      this.#problem = undefined;
    } catch (error) {
      if (this.#domains === undefined) throw error;
      const { message } = error as Error;
      if (message !== this.#problem) this.#options.onProblem?.(message);
      this.#problem = message;
    }
  }
}

/** Something that changes whenever the file does; undefined when that can't be relied on. */
function markOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined || Date.now() - Number(stat.mtimeMs) < RECENT_MS) return undefined;
  return [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(" ");
}
