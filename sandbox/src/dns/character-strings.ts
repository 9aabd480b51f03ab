/** The longest character-string, in bytes (RFC 1035 §3.3). */
const maxStringBytes = 255;

/**
 * The character-strings that a TXT content stands for. Content that starts with a quote is a row of quoted strings in
 * the master-file notation of RFC 1035 §5.1 (`"a" "b"`, with `\"`, `\\` and `\DDD`); anything else is taken as it is,
 * cut where a character-string ends.
 * @returns undefined when the quotes do not add up, an escape is no byte, or a quoted string is longer than 255 bytes
 * and `split` is not set.
 */
export function parseTxtContent(content: string, options: { split?: boolean } = {}): Buffer[] | undefined {
  const text = content.trim();
  if (!text.startsWith('"')) return text.includes('"') ? undefined : cut(Buffer.from(content, "utf8"));
  const strings: Buffer[] = [];
  const quoted = /\s*"((?:[^"\\]|\\.)*)"(?=\s|$)/gsuy;
  let end = 0;
  while (end < text.length) {
    quoted.lastIndex = end;
    const match = quoted.exec(text);
    const bytes = match === null ? undefined : unescape(match[1]!);
    if (bytes === undefined) return undefined;
    if (bytes.length > maxStringBytes && options.split !== true) return undefined;
    strings.push(...cut(bytes));
    end = quoted.lastIndex;
  }
  return strings;
}

/** Character-strings in master-file notation, each quoted, one space between them. */
export function formatTxtContent(strings: readonly Buffer[]): string {
  return strings.map((bytes) => `"${[...bytes].map(escapeByte).join("")}"`).join(" ");
}

function cut(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += maxStringBytes)
    parts.push(bytes.subarray(at, at + maxStringBytes));
  return parts.length === 0 ? [bytes] : parts;
}

function unescape(quoted: string): Buffer | undefined {
  const parts: Buffer[] = [];
  for (const [token, digits] of quoted.matchAll(/\\(\d{3})|\\\D|\\\d{1,2}|[^\\]+/gsu)) {
    if (digits !== undefined) {
      if (Number(digits) > 255) return undefined;
      parts.push(Buffer.from([Number(digits)]));
    } else if (token.startsWith("\\")) {
      if (/^\\\d/.test(token)) return undefined;
      parts.push(Buffer.from(token.slice(1), "utf8"));
    } else parts.push(Buffer.from(token, "utf8"));
  }
  return Buffer.concat(parts);
}

function escapeByte(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\${String(byte).padStart(3, "0")}`;
}
