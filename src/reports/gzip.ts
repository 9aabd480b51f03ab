import * as zlib from "node:zlib";
import { ByteQueue, type Bytes } from "./byte-queue.js";
import { ReportError } from "./limits.js";

const [FHCRC, FEXTRA, FNAME, FCOMMENT, RESERVED] = [0x02, 0x04, 0x08, 0x10, 0xe0];
/** Enough to see how XML begins. */
const PEEK = 64;
/** How a report's XML begins, and how no later piece of one can. */
const REPORT_START = /^(?:\xef\xbb\xbf)?\s*<(?:\?xml\s|(?:[\w.-]+:)?feedback[\s>])/;

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * The content of a gzip file (RFC 1952). Its members form one text, but a member that begins like a report is a report
 * by itself, as in files joined with `cat`. What follows the last member is ignored, as gzip(1) does.
 * Not left to createGunzip: it takes bytes after the end for a damaged member, and drops what it had read.
 * @throws ReportError, or an error of zlib, for a member that is damaged or cut off
 */
export async function* gzipDocuments(chunks: Bytes, maxMembers: number): AsyncGenerator<Bytes> {
  const input = new ByteQueue(chunks);
  let members = 0;
  const open = async (): Promise<Member | undefined> => {
    if (!isGzip(await input.peek(2))) return undefined;
    if (++members > maxMembers) throw new ReportError(`it contains more than ${maxMembers} gzip members`);
    return openMember(input);
  };
  let next: Member | undefined;
  const document = async function* (first: Member): AsyncGenerator<Uint8Array> {
    for (let member: Member | undefined = first; member !== undefined;) {
      yield* member.bytes;
      member = await open();
      if (member === undefined || !member.startsReport) continue;
      next = member;
      return;
    }
  };
  try {
    for (let member = await open(); member !== undefined; member = next) {
      next = undefined;
      yield document(member);
    }
  } finally {
    await input.close();
  }
}

interface Member {
  readonly startsReport: boolean;
  readonly bytes: Bytes;
}

async function openMember(input: ByteQueue): Promise<Member> {
  await skipHeader(input);
  const output = new ByteQueue(memberBytes(input));
  const head = await output.peek(PEEK);
  return { startsReport: REPORT_START.test(head.toString("latin1")), bytes: output.all() };
}

/** RFC 1952 §2.3. */
async function skipHeader(input: ByteQueue): Promise<void> {
  const [, , method, flags = 0] = await exactly(input, 10);
  if (method !== 8) throw new ReportError("unknown compression method");
  if ((flags & RESERVED) !== 0) throw new ReportError("unknown header flags set");
  if ((flags & FEXTRA) !== 0) await exactly(input, (await exactly(input, 2)).readUInt16LE());
  for (const text of [FNAME, FCOMMENT]) if ((flags & text) !== 0) await skipText(input);
  if ((flags & FHCRC) !== 0) await exactly(input, 2);
}

async function skipText(input: ByteQueue): Promise<void> {
  for (;;) {
    const chunk = await input.chunk();
    if (chunk === undefined) throw endOfFile();
    const end = chunk.indexOf(0);
    if (end < 0) continue;
    input.unread(chunk.subarray(end + 1));
    return;
  }
}

/** A member's content, checked against the sum and the length at its end. */
async function* memberBytes(input: ByteQueue): AsyncGenerator<Uint8Array> {
  let sum = 0;
  let size = 0;
  for await (const chunk of inflateRaw(input)) {
    sum = crc32(chunk, sum);
    size = (size + chunk.length) >>> 0;
    yield chunk;
  }
  const trailer = await exactly(input, 8);
  if (trailer.readUInt32LE(0) !== sum) throw new ReportError("incorrect data check");
  if (trailer.readUInt32LE(4) !== size) throw new ReportError("incorrect length check");
}

/** Inflates up to the end of the compressed data; what follows it stays in the queue. */
async function* inflateRaw(input: ByteQueue): AsyncGenerator<Uint8Array> {
  const stream = zlib.createInflateRaw();
  let fed = 0;
  const feed = async (): Promise<void> => {
    for (;;) {
      const chunk = await input.chunk();
      if (chunk === undefined) break;
      fed += chunk.length;
      await new Promise<void>((done) => stream.write(chunk, () => done()));
      const left = fed - stream.bytesWritten;
      if (left === 0) continue;
      input.unread(chunk.subarray(chunk.length - left));
      break;
    }
    stream.end();
  };
  const feeding = feed().catch((error: unknown) => void stream.destroy(error as Error));
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
    await feeding;
  } finally {
    stream.destroy();
  }
}

async function exactly(input: ByteQueue, length: number): Promise<Buffer> {
  const bytes = await input.take(length);
  if (bytes.length < length) throw endOfFile();
  return bytes;
}

/** In zlib's words. */
function endOfFile(): ReportError {
  return new ReportError("unexpected end of file");
}

/** As zlib.crc32, which the first releases of Node.js 20 lack. */
function crc32(bytes: Uint8Array, before: number): number {
  if (typeof zlib.crc32 === "function") return zlib.crc32(bytes, before);
  let sum = ~before;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ ((sum & 1) * 0xedb88320);
  }
  return ~sum >>> 0;
}
