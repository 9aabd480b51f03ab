/**
 * Line and column of offsets in a text. Places are only looked up if there is something to report: the lines are
 * counted on first use.
 */
export class Lines {
  #starts: number[] | undefined;

  constructor(private readonly text: string) {}

  /** 1-based; offsets beyond the end count as the end. */
  at(offset: number): { readonly line: number; readonly column: number } {
    const starts = (this.#starts ??= lineStarts(this.text));
    const position = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= position) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: position - starts[low]! + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let newline = text.indexOf("\n"); newline >= 0; newline = text.indexOf("\n", newline + 1)) {
    starts.push(newline + 1);
  }
  return starts;
}
