import { Readable } from "node:stream";
import { fromBufferPromise } from "yauzl";
import { ByteQueue, type Bytes } from "./byte-queue.js";
import { gzipDocuments, isGzip } from "./gzip.js";
import { LIMITS, ReportError, mebibytes, type ReadLimits } from "./limits.js";
import { isMbox, mboxMessages } from "./mbox.js";
import { mimeParts } from "./mime.js";
import type { AggregateReport } from "./report-types.js";
import { parseReport } from "./parse-report.js";
import { looksLikeXml, mayHoldReport, saysReport } from "./sniff.js";
import { holdsZip, isZip, splitZip } from "./zip-end.js";

/** A report, or why one could not be read. */
export type ReadReport = { readonly report: AggregateReport } | { readonly error: string };

/** What one file may use up, and has so far. */
class Budget {
  bytes = 0;
  entries = 0;

  constructor(readonly limits: ReadLimits) {}

  /** @throws ReportError */
  enter(): void {
    const most = this.limits.entries;
    if (++this.entries > most) throw new ReportError(`it contains more than ${most} entries`);
  }

  get isSpent(): boolean {
    return this.entries > this.limits.entries || this.bytes > this.limits.fileBytes;
  }
}

/** Bytes of a byte order mark and one character after it, or of a container's mark. */
const HEAD = 4;

/**
 * Reads every report in a file: XML, gzip, ZIP, a message with any of them attached, or an mbox file. Bytes decide.
 * XML and gzip are streamed. A part that cannot be read does not keep the others from being read; names inside
 * archives are ignored. Never throws because of the bytes; passes on an error of the source itself.
 */
export async function* readReports(chunks: Bytes, limits: ReadLimits = LIMITS): AsyncGenerator<ReadReport> {
  let found = 0;
  for await (const result of readAny(chunks, new Budget(limits), 0)) {
    found++;
    yield result;
  }
  if (found === 0) yield { error: "it contains no DMARC aggregate report" };
}

async function* readAny(chunks: Bytes, budget: Budget, depth: number): AsyncGenerator<ReadReport> {
  const source = new ByteQueue(chunks);
  const { limits } = budget;
  try {
    if (depth > limits.depth) throw new ReportError(`it nests more than ${limits.depth} containers`);
    budget.enter();
    const head = await source.peek(HEAD);
    if (isGzip(head)) {
      yield* readGzip(source.all(), budget, depth);
    } else if (isZip(head)) {
      yield* readZip(await collect(source.all(), limits), budget, depth);
    } else if (looksLikeXml(head)) {
      yield { report: await parseReport(source.all(), limits) };
    } else {
      yield* readMail(await collect(source.all(), limits), budget, depth);
    }
  } catch (error) {
    yield problem(error);
  }
}

async function* problemsCaught(results: AsyncIterable<ReadReport>): AsyncGenerator<ReadReport> {
  try {
    yield* results;
  } catch (error) {
    yield problem(error);
  }
}

/** @throws what the bytes are not to blame for */
function problem(error: unknown): ReadReport {
  if (!isInputError(error)) throw error;
  return { error: error.message };
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
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  const { limits } = budget;
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    budget.bytes += chunk.length;
    if (budget.bytes > limits.fileBytes) {
      throw new ReportError(`it decompresses to more than ${mebibytes(limits.fileBytes)}`);
    }
    if (size > limits.ratioFrom && size > compressed() * limits.ratio) {
      throw new ReportError(
        `it decompresses to more than ${limits.ratio} times its size; no report does that`,
      );
    }
    yield chunk;
  }
}

async function* readGzip(chunks: Bytes, budget: Budget, depth: number): AsyncGenerator<ReadReport> {
  let taken = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      taken += chunk.length;
      yield chunk;
    }
  };
  for await (const document of gzipDocuments(counted(), budget.limits.members)) {
    const content = inflated(document, () => taken, budget);
    yield* readAny(content, budget, depth + 1);
    if (budget.isSpent) return;
  }
}

/** Reads an archive, and those that were put after it; other bytes after its end are ignored. */
async function* readZip(bytes: Buffer, budget: Budget, depth: number): AsyncGenerator<ReadReport> {
  for (let left = bytes; ;) {
    const { archive, rest } = splitZip(left);
    yield* readArchive(archive, budget, depth);
    if (budget.isSpent || !holdsZip(rest)) return;
    budget.enter();
    left = rest;
  }
}

async function* readArchive(archive: Buffer, budget: Budget, depth: number): AsyncGenerator<ReadReport> {
  // Undecoded names are not looked at: nothing is ever written under them.
  const zip = await fromBufferPromise(archive, { decodeStrings: false }).catch(invalidArchive);
  const entries = zip.eachEntry();
  for (;;) {
    const next = await entries.next().catch(invalidArchive);
    if (next.done === true) return;
    const entry = next.value;
    // A folder or an empty file: two bytes are what deflate makes of nothing.
    if (entry.uncompressedSize === 0 && entry.compressedSize <= 2) continue;
    const stream = await zip.openReadStreamPromise(entry).catch(invalidArchive);
    try {
      const content = inflated(undamaged(stream), () => entry.compressedSize, budget);
      yield* readAny(content, budget, depth + 1);
    } finally {
      stream.destroy();
    }
    if (budget.isSpent) return;
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

/** Reads a message, or the messages of an mbox file. One that cannot be read keeps none of the others out. */
async function* readMail(bytes: Buffer, budget: Budget, depth: number): AsyncGenerator<ReadReport> {
  const text = bytes.toString("latin1").replace(/^\xef\xbb\xbf/, "");
  if (!isMbox(text)) {
    yield* readMessage(text, budget, depth);
    return;
  }
  const { limits } = budget;
  let number = 0;
  for (const message of mboxMessages(text)) {
    if (++number > limits.members) throw new ReportError(`it contains more than ${limits.members} messages`);
    budget.entries = 1;
    for await (const result of problemsCaught(readMessage(message, budget, depth))) {
      yield "error" in result ? { error: `message ${number}: ${result.error}` } : result;
    }
    if (budget.bytes > limits.fileBytes) return;
  }
}

async function* readMessage(message: string, budget: Budget, depth: number): AsyncGenerator<ReadReport> {
  for (const part of mimeParts(message, budget.limits.entries)) {
    let found = 0;
    if (mayHoldReport(part)) {
      for await (const result of readAny(Readable.from([part.bytes]), budget, depth + 1)) {
        found++;
        yield result;
      }
    }
    if (found === 0 && saysReport(part)) {
      yield {
        error: `the attachment of type ${JSON.stringify(part.type.slice(0, 80))} contains no readable report`,
      };
    }
  }
}

/** What the bytes are to blame for: what is refused here, and what zlib says of damaged data. */
function isInputError(error: unknown): error is Error {
  if (error instanceof ReportError) return true;
  return error instanceof Error && (error as NodeJS.ErrnoException).code?.startsWith("Z_") === true;
}
