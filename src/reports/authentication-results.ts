/** One method's result (RFC 8601 §2.2). */
export interface MethodResult {
  /** Lower case: `spf`, `dkim`, `dmarc`, … */
  readonly method: string;
  /** Lower case: `pass`, `fail`, … */
  readonly result: string;
  /** By `ptype.property` in lower case, e.g. `header.d`. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface AuthenticationResults {
  /** Who says so, lower case; absent where the field begins with a result, as Microsoft 365 and Outlook.com write it. */
  readonly authservId?: string;
  readonly results: readonly MethodResult[];
}

/**
 * Reads the value of an Authentication-Results field; undefined when it names nobody and has no
 * result in that place. Comments are dropped, statements that make no sense are passed over.
 */
export function parseAuthenticationResults(value: string): AuthenticationResults | undefined {
  const [first = [], ...rest] = statements(value);
  const nameless = methodResult(first);
  if (nameless.length > 0) return { results: [...nameless, ...rest.flatMap(methodResult)] };
  const authservId = first[0]?.toLowerCase() ?? "";
  if (authservId === "" || authservId.includes("=")) return undefined;
  return { authservId, results: rest.flatMap(methodResult) };
}

function methodResult(words: readonly string[]): MethodResult[] {
  const match = /^([a-z][\w-]*)(?:\/\d+)?=([a-z]+)$/i.exec(words[0] ?? "");
  if (match === null) return [];
  const properties: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const word of words.slice(1)) {
    const equals = word.indexOf("=");
    if (equals > 0) properties[word.slice(0, equals).toLowerCase()] ??= word.slice(equals + 1);
  }
  return [
    { method: match[1]!.toLowerCase(), result: match[2]!.toLowerCase(), properties: { ...properties } },
  ];
}

/** Words between semicolons; quotes are taken off, comments (nested ones too) left out, `a = b` joined. */
function statements(value: string): string[][] {
  const all: string[][] = [[]];
  let word = "";
  const endWord = (): void => {
    const words = all.at(-1)!;
    const last = words.at(-1);
    if (word !== "" && last !== undefined && (word.startsWith("=") || last.endsWith("="))) {
      words[words.length - 1] = last + word;
    } else if (word !== "") words.push(word);
    word = "";
  };
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!;
    if (char === "(") {
      at = commentEnd(value, at);
      endWord();
    } else if (char === '"') {
      for (at++; at < value.length && value[at] !== '"'; at++) {
        if (value[at] === "\\") at++;
        word += value[at] ?? "";
      }
    } else if (char === ";") {
      endWord();
      all.push([]);
    } else if (/\s/.test(char)) endWord();
    else word += char;
  }
  endWord();
  return all;
}

/** Index of the parenthesis that ends a comment, or the end of the text. */
export function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === "(") depth++;
    else if (value[at] === ")" && --depth === 0) return at;
  }
  return value.length;
}
