import { ReportError } from "./limits.js";
import { bodyStart, parseHeaders } from "./headers.js";

const MAX_DEPTH = 10;

/** A leaf of a message's tree of parts, decoded. */
export interface MimePart {
  /** Lower case, e.g. `application/gzip`; `text/plain` where nothing is said. */
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * The parts of a message (RFC 2045, RFC 2046), through nested multiparts and attached messages.
 * File names are ignored: what a part is, its bytes say.
 * @param message in Latin-1, one character a byte
 * @throws ReportError past ten levels or `maxParts` parts
 */
export function mimeParts(message: string, maxParts: number): MimePart[] {
  const parts: MimePart[] = [];
  const visit = (text: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new ReportError(`its parts nest more than ${MAX_DEPTH} levels`);
    const split =
      text.startsWith("\n") || text.startsWith("\r\n") ? { headersEnd: 0, body: 0 } : bodyStart(text);
    if (split === undefined) return;
    const headers = parseHeaders(text.slice(0, split.headersEnd));
    const header = (name: string): string => headers.find((field) => field.name === name)?.value ?? "";
    const contentType = header("content-type");
    const type = contentType.split(";")[0]!.trim().toLowerCase() || "text/plain";
    const body = text.slice(split.body);
    const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
    if (type.startsWith("multipart/") && boundary !== null) {
      for (const part of splitParts(body, (boundary[1] ?? boundary[2])!, maxParts)) visit(part, depth + 1);
      return;
    }
    const bytes = decodeBody(body, header("content-transfer-encoding").toLowerCase());
    if (type === "message/rfc822") return visit(bytes.toString("latin1"), depth + 1);
    if (parts.length >= maxParts) throw new ReportError(`it has more than ${maxParts} parts`);
    parts.push({ type, bytes });
  };
  visit(message, 0);
  return parts;
}

/** Texts between the delimiter lines; what stands before the first and after the last is none of them. */
function splitParts(body: string, boundary: string, maxParts: number): string[] {
  const delimiter = `--${boundary}`;
  const parts: string[] = [];
  let start: number | undefined;
  for (let at = 0; ;) {
    const found =
      body.startsWith(delimiter, at) && at === 0 ? 0 : body.indexOf(`\n${delimiter}`, Math.max(at - 1, 0));
    const line = found < 0 ? -1 : body[found] === "\n" ? found + 1 : found;
    if (start !== undefined) parts.push(body.slice(start, line < 0 ? undefined : line));
    if (line < 0 || body.startsWith("--", line + delimiter.length)) return parts;
    if (parts.length > maxParts) throw new ReportError(`it has more than ${maxParts} parts`);
    const end = body.indexOf("\n", line);
    if (end < 0) return parts;
    start = at = end + 1;
  }
}

function decodeBody(body: string, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body, "base64");
  if (encoding !== "quoted-printable") return Buffer.from(body, "latin1");
  return decodeQuotedPrintable(Buffer.from(body, "latin1"));
}

const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;

/**
 * RFC 2045 §6.7, byte by byte and in place: a body that is nothing but escapes, or one endless line of blanks, must not
 * cost many times its size in memory or time.
 */
function decodeQuotedPrintable(bytes: Buffer): Buffer {
  let length = 0;
  /** First byte from `at` on that is no white space inside a line. */
  const afterBlanks = (at: number): number => {
    while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
    return at;
  };
  const lineEnds = (at: number): boolean =>
    at >= bytes.length || bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!;
    const end = afterBlanks(byte === EQUALS ? at + 1 : at);
    if (byte === EQUALS && lineEnds(end)) {
      // A soft line break.
      at = end + (bytes[end] === CR ? 2 : 1);
      continue;
    }
    const escaped = byte === EQUALS ? hexByte(bytes[at + 1], bytes[at + 2]) : undefined;
    if (escaped !== undefined) {
      bytes[length++] = escaped;
      at += 3;
    } else if (end > at && byte !== EQUALS) {
      // White space at the end of a line was added on the way.
      if (!lineEnds(end)) {
        bytes.copyWithin(length, at, end);
        length += end - at;
      }
      at = end;
    } else {
      bytes[length++] = byte;
      at++;
    }
  }
  return bytes.subarray(0, length);
}

function hexByte(high: number | undefined, low: number | undefined): number | undefined {
  const [a, b] = [hexDigit(high), hexDigit(low)];
  return a === undefined || b === undefined ? undefined : a * 16 + b;
}

function hexDigit(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
