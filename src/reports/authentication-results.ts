import { joined, readPairs, readValue } from "./key-value.js";
import { isSpecial, splitTokens, tokens, type Token } from "./tokens.js";

/** One method's result (RFC 8601 §2.2). */
export interface MethodResult {
  /** Lower case: `spf`, `dkim`, `dmarc`, … */
  readonly method: string;
  /** Lower case: `pass`, `fail`, … */
  readonly result: string;
  /** By `ptype.property` in lower case, e.g. `header.d`; and `reason`. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface AuthenticationResults {
  /** Who says so, lower case; absent if the field begins with a result, as Microsoft 365 and Outlook.com write it. */
  readonly authservId?: string;
  /** `i=` in front of the rest, as ARC-Authentication-Results has it (RFC 8617 §4.1.1). */
  readonly instance?: number;
  readonly results: readonly MethodResult[];
}

const METHOD = /^([a-z][\w-]*)(?: ?\/ ?(\d+))?$/i;
const RESULT = /^[a-z][a-z0-9-]*$/i;

/**
 * Reads the value of an Authentication-Results field by the grammar of RFC 8601 §2.2. Statements that make no sense are
 * passed over, and so are methods in a version other than 1.
 * @returns undefined when it names nobody and has no result in that place, or is in a version other than 1
 */
export function parseAuthenticationResults(value: string): AuthenticationResults | undefined {
  const statements = splitTokens(tokens(value, ";="), ";");
  const instance = instanceOf(statements[0]!);
  if (instance !== undefined) statements.shift();
  const [first = [], ...rest] = statements;
  const common = instance === undefined ? {} : { instance };
  const nameless = methodResult(first);
  if (nameless.length > 0) return { ...common, results: [...nameless, ...rest.flatMap(methodResult)] };
  const [name, version] = first;
  if (name === undefined || (name.kind !== "text" && name.kind !== "quoted") || name.text === "")
    return undefined;
  if (isSpecial(version, "=")) return undefined;
  if (version !== undefined && /^\d+$/.test(version.text) && Number(version.text) !== 1) return undefined;
  return { ...common, authservId: name.text.toLowerCase(), results: rest.flatMap(methodResult) };
}

function instanceOf(words: readonly Token[]): number | undefined {
  const [key, equals, number] = words;
  const isInstance =
    words.length === 3 &&
    key!.text.toLowerCase() === "i" &&
    isSpecial(equals, "=") &&
    number!.kind === "text";
  return isInstance && /^\d{1,2}$/.test(number!.text) ? Number(number!.text) : undefined;
}

function methodResult(words: readonly Token[]): MethodResult[] {
  if (words.length === 0 || words.at(-1)?.kind === "unclosed") return [];
  const equals = words.findIndex((word) => isSpecial(word, "="));
  const method = METHOD.exec(equals < 0 ? "" : joined(words.slice(0, equals)));
  if (method === null || Number(method[2] ?? 1) !== 1) return [];
  const result = readValue(words, equals + 1);
  if (!RESULT.test(result.text)) return [];
  return [
    {
      method: method[1]!.toLowerCase(),
      result: result.text.toLowerCase(),
      properties: readPairs(words, result.end),
    },
  ];
}
