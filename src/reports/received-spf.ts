import { readPairs } from "./key-value.js";
import { splitTokens, tokens } from "./tokens.js";

/** What a Received-SPF field says (RFC 7208 §9.1). */
export interface ReceivedSpf {
  /** Lower case, one of RFC 7208 §2.6. */
  readonly result: string;
  /** Keys in lower case, e.g. `envelope-from`. */
  readonly pairs: Readonly<Record<string, string>>;
}

const RESULTS = ["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"];

/**
 * Reads the value of a Received-SPF field: a result, comments, and a list of keys and values. Text in comments
 * and quoted strings is not a key. Receivers also part the pairs by white space alone.
 * @returns undefined when it does not begin with a result, or a comment or quoted string has no end
 */
export function parseReceivedSpf(value: string): ReceivedSpf | undefined {
  const all = tokens(value, ";=");
  const result = all[0]?.kind === "text" ? all[0].text.toLowerCase() : "";
  if (!RESULTS.includes(result) || all.at(-1)?.kind === "unclosed") return undefined;
  const pairs: Record<string, string> = {};
  for (const statement of splitTokens(all.slice(1), ";")) {
    for (const [key, text] of Object.entries(readPairs(statement, 0))) pairs[key] ??= text;
  }
  return { result, pairs };
}
