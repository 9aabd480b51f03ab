/** Text inside a Markdown table cell, with nothing in it read as markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~!&]/g, "\\$&").replace(/\s*[\r\n]\s*/g, " ");
}

/**
 * Code inside a Markdown table cell. Within backticks a pipe or a backtick could end the cell or the code, and a
 * backslash before a pipe reads differently from renderer to renderer, so such text is written in character references.
 */
export function markdownCode(text: string): string {
  const flat = text.replace(/\s*[\r\n]\s*/g, " ").trim();
  if (flat === "") return "";
  if (!/[|`\\]/.test(flat)) return `\`${flat}\``;
  return `<code>${flat.replace(/[!-/:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`)}</code>`;
}

/** A message with its `backticks` kept as code; everything else is plain text. */
export function markdownText(message: string): string {
  const parts = message.split("`");
  if (parts.length % 2 === 0) return escapeMarkdown(message);
  return parts.map((part, index) => (index % 2 === 1 ? markdownCode(part) : escapeMarkdown(part))).join("");
}

/**
 * The lines of a table and an empty one after it (GitHub-flavoured Markdown).
 * @param rows cells in Markdown
 * @param numbers titles of columns that are aligned to the right
 */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  numbers: readonly string[] = [],
): string[] {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  const rule = titles.map((title) => (numbers.includes(title) ? "---:" : "---"));
  return [titles, rule, ...rows].map(line).concat("");
}
