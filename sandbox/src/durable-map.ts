import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * A map that survives a kill: each change is one line appended to a journal before the call returns,
 * so whatever was acknowledged is there after a restart. A last line cut short by the kill was never
 * acknowledged and is dropped. Opening rewrites the journal to one line per live key.
 *
 * One process may hold a journal open at a time; the sandbox's lock sees to that.
 */
export class DurableMap<V> {
  readonly #entries = new Map<string, V>();
  readonly #path: string;
  #fd: number;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.#replay(readFileSync(path, "utf8"));
    const compact = `${path}.new`;
    writeFileSync(compact, [...this.#entries].map(([k, v]) => JSON.stringify([k, v]) + "\n").join(""));
    renameSync(compact, path);
    this.#fd = openSync(path, "a");
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  entries(): IterableIterator<[string, V]> {
    return this.#entries.entries();
  }

  set(key: string, value: V): void {
    this.#append(JSON.stringify([key, value]));
    this.#entries.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#entries.has(key)) return false;
    this.#append(JSON.stringify([key]));
    return this.#entries.delete(key);
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #append(line: string): void {
    if (this.#fd < 0) throw new Error(`${this.#path} is closed`);
    const { size } = fstatSync(this.#fd);
    try {
      appendFileSync(this.#fd, line + "\n");
    } catch (error) {
      // Half a line, left by a full disk, would swallow the next one.
      ftruncateSync(this.#fd, size);
      throw error;
    }
  }

  #replay(text: string): void {
    const lines = text.split("\n");
    lines.pop(); // empty after a whole last line, or the rest of one that a kill cut short
    for (const line of lines) {
      const [key, value] = JSON.parse(line) as [string, V?];
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
  }
}
