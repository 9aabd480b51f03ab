const LONGEST = 60;

/** A word from a file in back quotes, shortened, with line breaks and control characters escaped. */
export function quote(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  // eslint-disable-next-line no-control-regex
  return `\`${short.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, (char) => JSON.stringify(char).slice(1, -1))}\``;
}

/** What kind of YAML value this is, with an article. */
export function describeType(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "a map of keys";
  if (typeof value === "boolean") return String(value);
  return "a number";
}

/** A value as YAML in one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return `{ ${entries.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  return /^[a-z][\w.-]*$/i.test(value) && !/^(true|false|null)$/i.test(value) ? value : JSON.stringify(value);
}
