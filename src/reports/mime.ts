import { ReportError } from "./limits.js";
import { bodyStart, parseHeaders } from "./headers.js";
import { parseParameterized, type ParameterizedValue } from "./mime-parameters.js";

const MAX_DEPTH = 10;
/** RFC 2046 §5.2.1, and RFC 6532 §3.7 for headers in UTF-8. */
const MESSAGES: readonly string[] = ["message/rfc822", "message/global"];

/** A leaf of a message's tree of parts, decoded. */
export interface MimePart {
  /** Lower case, e.g. `application/gzip`; `text/plain` where nothing is said. */
  readonly type: string;
  /** File name, or empty. Data of a stranger: never a path. */
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The parts of a message (RFC 2045, RFC 2046), through nested multiparts and attached messages.
 * @param message in Latin-1, one character a byte
 * @throws ReportError past ten levels or `maxParts` parts
 */
export function mimeParts(message: string, maxParts: number): MimePart[] {
  const parts: MimePart[] = [];
  const visit = (text: string, depth: number, defaultType: string): void => {
    if (depth > MAX_DEPTH) throw new ReportError(`its parts nest more than ${MAX_DEPTH} levels`);
    const blank = /^\r?\n/.exec(text);
    const split = blank === null ? bodyStart(text) : { headersEnd: 0, body: blank[0].length };
    if (split === undefined) return;
    const headers = parseHeaders(text.slice(0, split.headersEnd));
    const header = (name: string): ParameterizedValue =>
      parseParameterized(headers.find((field) => field.name === name)?.value ?? "");
    const { value, parameters } = header("content-type");
    const type = value === "" ? defaultType : value;
    const body = text.slice(split.body);
    const boundary = parameters.get("boundary")?.trimEnd() ?? "";
    if (type.startsWith("multipart/") && boundary !== "") {
      // RFC 2046 §5.1.5: a digest's parts are messages unless they say something else.
      const within = type === "multipart/digest" ? "message/rfc822" : "text/plain";
      for (const part of splitParts(body, boundary, maxParts)) visit(part, depth + 1, within);
      return;
    }
    const bytes = decodeBody(body, header("content-transfer-encoding").value);
    if (MESSAGES.includes(type)) return visit(bytes.toString("latin1"), depth + 1, "text/plain");
    if (parts.length >= maxParts) throw new ReportError(`it has more than ${maxParts} parts`);
    const name = header("content-disposition").parameters.get("filename") ?? parameters.get("name") ?? "";
    parts.push({ type, name, bytes });
  };
  visit(message, 0, "text/plain");
  return parts;
}

/** Texts between the delimiter lines; what stands before the first and after the last is none of them. */
function splitParts(body: string, boundary: string, maxParts: number): string[] {
  const parts: string[] = [];
  let start: number | undefined;
  for (const { line, next, last } of delimiterLines(body, boundary)) {
    if (start !== undefined) parts.push(withoutLineBreak(body.slice(start, line)));
    if (last) return parts;
    if (parts.length > maxParts) throw new ReportError(`it has more than ${maxParts} parts`);
    start = next;
  }
  return start === undefined ? parts : [...parts, body.slice(start)];
}

/**
 * Lines that hold the boundary and nothing more than blanks (RFC 2046 §5.1.1): one boundary may begin as another does.
 */
function* delimiterLines(
  body: string,
  boundary: string,
): Generator<{ readonly line: number; readonly next: number; readonly last: boolean }> {
  const delimiter = `--${boundary}`;
  const rest = /(--)?[ \t]*(?:\r?\n|$)/y;
  let line = body.startsWith(delimiter) ? 0 : body.indexOf(`\n${delimiter}`) + 1;
  while (line > 0 || (line === 0 && body.startsWith(delimiter))) {
    rest.lastIndex = line + delimiter.length;
    const match = rest.exec(body);
    const next = match === null ? line + delimiter.length : rest.lastIndex;
    if (match !== null) yield { line, next, last: match[1] !== undefined };
    line = body.indexOf(`\n${delimiter}`, next - 1) + 1;
    if (line === 0) return;
  }
}

/** The line break before a delimiter line belongs to that. */
function withoutLineBreak(text: string): string {
  if (!text.endsWith("\n")) return text;
  return text.slice(0, text.endsWith("\r\n") ? -2 : -1);
}

function decodeBody(body: string, encoding: string): Buffer {
  if (encoding === "base64") return decodeBase64(body);
  if (encoding !== "quoted-printable") return Buffer.from(body, "latin1");
  return decodeQuotedPrintable(Buffer.from(body, "latin1"));
}

/**
 * RFC 2045 §6.8: characters outside the alphabet are passed over. Padding ends the data, as where a mailing list has
 * put text below it, but some senders pad every line: where nothing but base64 follows, it is read on.
 */
function decodeBase64(body: string): Buffer {
  // Buffer would take these two for the last of the alphabet, as in URLs.
  const text = body.includes("-") || body.includes("_") ? body.replace(/[-_]+/g, "") : body;
  const padding = text.indexOf("=");
  if (padding < 0 || /^[=\s]*$/.test(text.slice(padding))) return Buffer.from(text, "base64");
  if (/[^A-Za-z0-9+/=\r\n]/.test(text.slice(padding))) return Buffer.from(text.slice(0, padding), "base64");
  const bytes = Buffer.alloc(Math.ceil((text.length * 3) / 4));
  let length = 0;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("=", at);
    const unit = text.slice(at, end < 0 ? undefined : end);
    if (unit !== "") length += bytes.write(unit, length, "base64");
    at = end < 0 ? text.length : end + 1;
  }
  return bytes.subarray(0, length);
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
