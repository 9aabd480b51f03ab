/**
 * TXT values as DNS providers' APIs carry them: one or more quoted character-strings of at most 255
 * bytes, separated by one space (RFC 1035 §3.3.14 and §5.1). A reader joins them without a space
 * (RFC 7208 §3.3), so cutting a value does not change it.
 */

/** Bytes in one character-string: its length octet can count no further (RFC 1035 §3.3). */
export const MAX_STRING_BYTES = 255;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Thrown for a presentation form that no TXT record can have; `offset` counts UTF-16 code units. */
export class TxtSyntaxError extends Error {
  override readonly name = "TxtSyntaxError";
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(`${message} at character ${offset + 1}`);
  }
}

/** Cuts the UTF-8 bytes of `value` into character-strings of at most 255 bytes; an empty value is one empty string. */
export function characterStrings(value: string): readonly Uint8Array[] {
  const bytes = new TextEncoder().encode(value);
  const strings: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += MAX_STRING_BYTES) {
    strings.push(bytes.subarray(start, start + MAX_STRING_BYTES));
  }
  return strings.length > 0 ? strings : [bytes];
}

/** `value` as quoted character-strings: `"…" "…"`, with `"` and `\` escaped and other than printable ASCII as `\DDD`. */
export function toTxtContent(value: string): string {
  return characterStrings(value)
    .map((bytes) => `"${Array.from(bytes, escapeByte).join("")}"`)
    .join(" ");
}

function escapeByte(byte: number): string {
  if (byte === QUOTE || byte === BACKSLASH) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte <= 0x7e) return String.fromCharCode(byte);
  return `\\${String(byte).padStart(3, "0")}`;
}

/**
 * The value that quoted content stands for. Content that does not start with a quote is taken as it is,
 * since Cloudflare's API stores and returns unquoted content unchanged.
 *
 * @throws TxtSyntaxError for an unbalanced quote, an escape cut short or above 255, text between two
 *   strings, or a string of more than 255 bytes.
 */
export function fromTxtContent(content: string): string {
  const text = content.trim();
  if (!text.startsWith('"')) return text;
  const bytes: number[] = [];
  let at = 0;
  while (at < text.length) {
    at = readString(text, at, bytes);
    const next = skipBlanks(text, at);
    if (next < text.length && text[next] !== '"') throw new TxtSyntaxError("text outside quotes", next);
    at = next;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** Reads the quoted string that starts at `open` into `into`; returns the offset behind its closing quote. */
function readString(text: string, open: number, into: number[]): number {
  const before = into.length;
  let at = open + 1;
  for (;;) {
    const char = text[at];
    if (char === undefined) throw new TxtSyntaxError("quoted string without an end", open);
    if (char === '"') break;
    if (char === "\\") {
      at = readEscape(text, at, into);
    } else {
      const codePoint = text.codePointAt(at)!;
      const literal = String.fromCodePoint(codePoint);
      into.push(...new TextEncoder().encode(literal));
      at += literal.length;
    }
  }
  if (into.length - before > MAX_STRING_BYTES) {
    throw new TxtSyntaxError(`character-string of more than ${MAX_STRING_BYTES} bytes`, open);
  }
  return at + 1;
}

function readEscape(text: string, at: number, into: number[]): number {
  const digits = /^[0-9]{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (digits !== undefined) {
    const byte = Number(digits);
    if (byte > 255) throw new TxtSyntaxError(`escape \\${digits} above 255`, at);
    into.push(byte);
    return at + 4;
  }
  const codePoint = text.codePointAt(at + 1);
  if (codePoint === undefined || /[0-9]/.test(text[at + 1]!)) {
    throw new TxtSyntaxError("escape cut short", at);
  }
  const literal = String.fromCodePoint(codePoint);
  into.push(...new TextEncoder().encode(literal));
  return at + 1 + literal.length;
}

/** The value of a TXT record as a DNS host's API carries it; what is no such text stands for itself. */
export function plainText(content: string): string {
  try {
    return fromTxtContent(content);
  } catch (error) {
    if (error instanceof TxtSyntaxError) return content;
    throw error;
  }
}
