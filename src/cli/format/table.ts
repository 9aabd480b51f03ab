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
