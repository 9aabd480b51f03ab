/** Lexical token of a structured field (RFC 5322 §3.2). */
export interface Token {
  /** `unclosed`: a comment or quoted string without an end; it is the last token. */
  readonly kind: "text" | "quoted" | "special" | "unclosed";
  /** Of a quoted string what it stands for. */
  readonly text: string;
  /** Whether comments or white space (CFWS, RFC 5322 §3.2.2) stand before it. */
  readonly spaced: boolean;
}

const WHITE = " \t\r\n";

/**
 * Tokens of a field's value: quoted strings, the given special characters, and runs of anything else. Comments, nested
 * ones too, and white space only part them. Takes time in proportion to the value's length.
 */
export function tokens(value: string, specials: string): Token[] {
  const all: Token[] = [];
  const ends = `${WHITE}("${specials}`;
  let spaced = false;
  for (let at = 0; at < value.length;) {
    const char = value[at]!;
    if (WHITE.includes(char)) {
      spaced = true;
      at++;
      continue;
    }
    if (char === "(") {
      const end = commentEnd(value, at);
      if (end === undefined) return [...all, { kind: "unclosed", text: "", spaced }];
      spaced = true;
      at = end;
      continue;
    }
    if (char === '"') {
      const string = quotedString(value, at);
      if (string === undefined) return [...all, { kind: "unclosed", text: "", spaced }];
      all.push({ kind: "quoted", text: string.text, spaced });
      at = string.end;
    } else if (specials.includes(char)) {
      all.push({ kind: "special", text: char, spaced });
      at++;
    } else {
      const start = at;
      while (at < value.length && !ends.includes(value[at]!)) at++;
      all.push({ kind: "text", text: value.slice(start, at), spaced });
    }
    spaced = false;
  }
  return all;
}

export function isSpecial(token: Token | undefined, char: string): boolean {
  return token?.kind === "special" && token.text === char;
}

/** The tokens between the given special characters. */
export function splitTokens(all: readonly Token[], separator: string): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of all) {
    if (isSpecial(token, separator)) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

/** Offset behind the comment that opens at `start`. */
function commentEnd(value: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === "(") depth++;
    else if (value[at] === ")" && --depth === 0) return at + 1;
  }
  return undefined;
}

function quotedString(
  value: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let text = "";
  for (let at = start + 1; at < value.length; at++) {
    if (value[at] === '"') return { text, end: at + 1 };
    if (value[at] === "\\") at++;
    text += value[at] ?? "";
  }
  return undefined;
}
