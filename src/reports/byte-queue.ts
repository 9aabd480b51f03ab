export type Bytes = AsyncIterable<Uint8Array>;

/** Bytes that come in chunks, taken in pieces of any size. */
export class ByteQueue {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array();

  constructor(chunks: Bytes) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one; undefined at the end. */
  async chunk(): Promise<Uint8Array | undefined> {
    let chunk = this.rest;
    this.rest = new Uint8Array();
    while (chunk.length === 0) {
      const next = await this.iterator.next();
      if (next.done === true) return undefined;
      chunk = next.value;
    }
    return chunk;
  }

  /** `length` bytes; fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for (let missing = length; missing > 0;) {
      const chunk = await this.chunk();
      if (chunk === undefined) break;
      pieces.push(chunk.subarray(0, missing));
      if (chunk.length > missing) this.unread(chunk.subarray(missing));
      missing -= Math.min(missing, chunk.length);
    }
    return Buffer.concat(pieces);
  }

  /** Like `take`, but the bytes stay. */
  async peek(length: number): Promise<Buffer> {
    const bytes = await this.take(length);
    this.unread(bytes);
    return bytes;
  }

  unread(bytes: Uint8Array): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([bytes, this.rest]);
  }

  async *all(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = await this.chunk(); chunk !== undefined; chunk = await this.chunk()) yield chunk;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}
