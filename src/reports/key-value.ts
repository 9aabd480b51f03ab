import { isSpecial, type Token } from "./tokens.js";

/** A value as fields on authentication write it, and the offset of the token behind it. */
export interface FieldValue {
  readonly text: string;
  readonly end: number;
}

/** `ptype.property` or `reason` (RFC 8601 §2.2), a key (RFC 7208 §9.1), at the end of words. */
const KEY = /(?:^| )([a-z][\w-]*(?: ?\. ?[a-z][\w-]*)?)$/i;

/**
 * Reads the value behind an equals sign: a token or a quoted string (RFC 2045 §5.1), or an address. Receivers leave the
 * quotes out where an address needs them, so everything up to the next white space, comment or semicolon belongs to it.
 * @param at offset behind the equals sign
 */
export function readValue(words: readonly Token[], at: number): FieldValue {
  let text = "";
  let end = at;
  // Nothing stands where the next key begins: `smtp.mailfrom= smtp.helo=…`.
  while (words[end] !== undefined && !(words[end]!.spaced && isKey(words, end))) {
    const word = words[end]!;
    if (end > at && word.spaced && !text.endsWith("@") && !word.text.startsWith("@")) break;
    text += word.text;
    end++;
  }
  return { text, end };
}

function isKey(words: readonly Token[], at: number): boolean {
  const word = words[at]!;
  return word.kind === "text" && isSpecial(words[at + 1], "=") && KEY.test(word.text);
}

/** The key that ends before an equals sign, in lower case and without the white space around its dot. */
export function keyBefore(words: readonly Token[]): string | undefined {
  return KEY.exec(joined(words))?.[1]?.replaceAll(" ", "").toLowerCase();
}

/** Words as one text, with a space for whatever parted them. */
export function joined(words: readonly Token[]): string {
  return words.map(({ text, spaced }, index) => (spaced && index > 0 ? ` ${text}` : text)).join("");
}

/** Every `key=value` of the words; the first one of a key given twice. */
export function readPairs(words: readonly Token[], from: number): Record<string, string> {
  const pairs = new Map<string, string>();
  for (let at = from, equals = at; equals < words.length; equals++) {
    if (!isSpecial(words[equals], "=")) continue;
    const key = keyBefore(words.slice(at, equals));
    const value = readValue(words, equals + 1);
    if (key !== undefined && !pairs.has(key)) pairs.set(key, value.text);
    at = value.end;
    equals = at - 1;
  }
  return Object.fromEntries(pairs);
}
