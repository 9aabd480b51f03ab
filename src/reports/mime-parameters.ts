import { joined } from "./key-value.js";
import { isSpecial, splitTokens, tokens } from "./tokens.js";

/** Value of Content-Type, Content-Disposition or Content-Transfer-Encoding. */
export interface ParameterizedValue {
  /** Lower case, without comments. */
  readonly value: string;
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Far above any such field; the rest of a longer one is not looked at. */
const MAX_LENGTH = 64 * 1024;

/**
 * Reads a value with its parameters (RFC 2045 §5.1): comments between the words, quoted strings, and the parameters
 * that RFC 2231 splits and encodes. Of two parameters with one name the first counts. Never throws.
 */
export function parseParameterized(field: string): ParameterizedValue {
  const [value = [], ...rest] = splitTokens(tokens(field.slice(0, MAX_LENGTH), ";="), ";");
  const raw = new Map<string, string>();
  for (const [name, equals, ...words] of rest) {
    const key = name?.text.toLowerCase() ?? "";
    // Some senders leave the quotes out where a value holds spaces or equals signs.
    if (isSpecial(equals, "=") && key !== "" && !raw.has(key)) raw.set(key, joined(words));
  }
  return { value: joined(value).toLowerCase(), parameters: withSections(raw) };
}

/** Puts parameters together that come in sections (RFC 2231 §3) or encoded (§4); these go before a plain one. */
function withSections(raw: ReadonlyMap<string, string>): Map<string, string> {
  const all = new Map([...raw].filter(([name]) => !name.includes("*")));
  const names = [...raw.keys()].filter((name) => name.includes("*"));
  for (const name of new Set(names.map((each) => each.slice(0, each.indexOf("*"))))) {
    const whole = raw.get(`${name}*`);
    const sections: string[] = whole === undefined ? [] : [decoded(whole, true)];
    for (let n = 0; whole === undefined; n++) {
      const plain = raw.get(`${name}*${n}`);
      const encoded = raw.get(`${name}*${n}*`);
      if (plain === undefined && encoded === undefined) break;
      sections.push(plain ?? decoded(encoded!, n === 0));
    }
    if (sections.length > 0) all.set(name, sections.join(""));
  }
  return all;
}

/** `charset'language'%41…`; the bytes stay bytes, since only ASCII says anything here. */
function decoded(text: string, first: boolean): string {
  return (first ? text.replace(/^[^']*'[^']*'/, "") : text).replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
