/**
 * Columns aligned with two spaces between them, no trailing spaces, one row a line.
 * @param paint colours a cell after it was padded, so that escape sequences do not count as width
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row, rowIndex) =>
      row
        .map((cell, column) => {
          const last = column === row.length - 1;
          return paint(last ? cell : cell.padEnd(widths[column] ?? 0), rowIndex, column);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => line + "\n")
    .join("");
}

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
