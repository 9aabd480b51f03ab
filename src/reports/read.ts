import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { fromBufferPromise } from "yauzl";
import { LIMITS, ReportError, mebibytes, type ReadLimits } from "./limits.js";
import { mimeParts } from "./mime.js";
import type { AggregateReport } from "./model.js";
import { parseReport } from "./parse.js";

type Bytes = AsyncIterable<Uint8Array>;

/** A report, or why one could not be read. */
export type ReadResult = { readonly report: AggregateReport } | { readonly error: string };

/** What one file has used up so far. */
interface Budget {
  bytes: number;
  entries: number;
}

const HEAD = 4;

/**
 * Reads every report in a file: XML, gzip, ZIP, or a message with any of them attached, told apart by their bytes.
 * XML and gzip are streamed. A part that cannot be read does not keep the others from being read; names inside
 * archives are ignored. Never throws for what the bytes say; an error of the source itself is passed on.
 */
export async function* readReports(chunks: Bytes, limits: ReadLimits = LIMITS): AsyncGenerator<ReadResult> {
  let found = 0;
  for await (const result of readAny(chunks, limits, { bytes: 0, entries: 0 }, 0)) {
    found++;
    yield result;
  }
  if (found === 0) yield { error: "it holds no DMARC aggregate report" };
}

async function* readAny(
  chunks: Bytes,
  limits: ReadLimits,
  budget: Budget,
  depth: number,
): AsyncGenerator<ReadResult> {
  const source = new Source(chunks);
  try {
    if (depth > limits.depth) throw new ReportError(`it nests more than ${limits.depth} containers`);
    if (++budget.entries > limits.entries)
      throw new ReportError(`it holds more than ${limits.entries} entries`);
    const head = await source.head();
    if (head[0] === 0x1f && head[1] === 0x8b) {
      yield* readAny(gunzip(source.all(), limits, budget), limits, budget, depth + 1);
    } else if (head.toString("latin1", 0, 2) === "PK") {
      yield* readZip(await collect(source.all(), limits), limits, budget, depth);
    } else if (looksLikeXml(head)) {
      yield { report: await parseReport(source.all(), limits) };
    } else {
      yield* readMessage(await collect(source.all(), limits), limits, budget, depth);
    }
  } catch (error) {
    if (!isInputError(error)) throw error;
    yield { error: error.message };
  }
}

/** Chunks whose first bytes can be looked at before they are read. */
class Source {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private first = Buffer.alloc(0);

  constructor(chunks: Bytes) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  async head(): Promise<Buffer> {
    while (this.first.length < HEAD) {
      const next = await this.iterator.next();
      if (next.done === true) break;
      this.first = Buffer.concat([this.first, next.value]);
    }
    return this.first;
  }

  async *all(): AsyncGenerator<Uint8Array> {
    try {
      yield this.first;
      for (;;) {
        const next = await this.iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await this.iterator.return?.();
    }
  }
}

/** `<`, after white space or a byte order mark, in any of XML's encodings. */
function looksLikeXml(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|[\s\0]*<)/.test(head.toString("latin1"));
}

async function collect(chunks: Bytes, limits: ReadLimits): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.containerBytes) {
      throw new ReportError(`the archive or message is larger than ${mebibytes(limits.containerBytes)}`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Decompressed bytes, watched: neither their number nor their ratio to what went in may run away. */
async function* inflated(
  chunks: Bytes,
  compressed: () => number,
  limits: ReadLimits,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    budget.bytes += chunk.length;
    if (budget.bytes > limits.fileBytes) {
      throw new ReportError(`it decompresses to more than ${mebibytes(limits.fileBytes)}`);
    }
    if (size > limits.ratioFrom && size > compressed() * limits.ratio) {
      throw new ReportError(`it decompresses to more than ${limits.ratio} times its size, as no report does`);
    }
    yield chunk;
  }
}

async function* gunzip(chunks: Bytes, limits: ReadLimits, budget: Budget): AsyncGenerator<Uint8Array> {
  let taken = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      taken += chunk.length;
      yield chunk;
    }
  };
  const source = Readable.from(counted(), { objectMode: false });
  const stream = createGunzip();
  source.on("error", (error) => stream.destroy(error));
  source.pipe(stream);
  try {
    yield* inflated(stream, () => taken, limits, budget);
  } finally {
    source.destroy();
    stream.destroy();
  }
}

async function* readZip(
  archive: Buffer,
  limits: ReadLimits,
  budget: Budget,
  depth: number,
): AsyncGenerator<ReadResult> {
  // Undecoded names are not looked at: nothing is ever written under them.
  const zip = await fromBufferPromise(archive, { decodeStrings: false }).catch(invalidArchive);
  const entries = zip.eachEntry();
  for (;;) {
    const next = await entries.next().catch(invalidArchive);
    if (next.done === true) return;
    const entry = next.value;
    if (entry.uncompressedSize === 0) continue;
    const stream = await zip.openReadStreamPromise(entry).catch(invalidArchive);
    try {
      yield* readAny(
        inflated(undamaged(stream), () => entry.compressedSize, limits, budget),
        limits,
        budget,
        depth + 1,
      );
    } finally {
      stream.destroy();
    }
    if (budget.entries > limits.entries || budget.bytes > limits.fileBytes) return;
  }
}

async function* undamaged(stream: Bytes): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    invalidArchive(error);
  }
}

function invalidArchive(error: unknown): never {
  throw new ReportError(`the ZIP archive is damaged: ${(error as Error).message}`);
}

async function* readMessage(
  message: Buffer,
  limits: ReadLimits,
  budget: Budget,
  depth: number,
): AsyncGenerator<ReadResult> {
  const parts = mimeParts(message.toString("latin1"), limits.entries);
  for (const { bytes, type } of parts) {
    if (type === "text/html" || !holdsReport(bytes)) continue;
    yield* readAny(Readable.from([bytes]), limits, budget, depth + 1);
  }
}

/** Parts that are no text for people and no picture: they start as XML, gzip or ZIP do. */
function holdsReport(bytes: Buffer): boolean {
  const head = bytes.subarray(0, HEAD);
  return (
    (head[0] === 0x1f && head[1] === 0x8b) || head.toString("latin1", 0, 2) === "PK" || looksLikeXml(head)
  );
}

/** What the bytes are to blame for: what is refused here, and what zlib says of damaged data. */
function isInputError(error: unknown): error is Error {
  if (error instanceof ReportError) return true;
  return error instanceof Error && (error as NodeJS.ErrnoException).code?.startsWith("Z_") === true;
}
