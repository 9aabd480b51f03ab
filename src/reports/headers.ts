export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** Unfolded (RFC 5322 §2.2.3), without white space around it. */
  readonly value: string;
}

/** Header fields of a message or a part, in their order; a line that is none is passed over. */
export function parseHeaders(text: string): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const line of text.replace(/\r?\n(?=[ \t])/g, "").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    if (/^[!-9;-~]+$/.test(name)) fields.push({ name, value: printable(line.slice(colon + 1)).trim() });
  }
  return fields;
}

/** Where the body starts: after the first empty line; undefined when there is none. */
export function bodyStart(
  text: string,
  from = 0,
): { readonly headersEnd: number; readonly body: number } | undefined {
  const blank = /\r?\n\r?\n/g;
  blank.lastIndex = from;
  const match = blank.exec(text);
  return match === null ? undefined : { headersEnd: match.index, body: match.index + match[0].length };
}

/**
 * Control characters have no place in a field, and none in a terminal. They are not just left out: `exam\0ple.com` must
 * not become a name.
 */
function printable(text: string): string {
  return text.replaceAll("\r", " ").replace(/[^\P{Cc}\t]/gu, "\ufffd");
}
