/** How many members of a list a message names; more would bury what it says about them. */
const MOST = 5;

export interface SomeOfOptions {
  /** How many are named; default 5. */
  readonly most?: number;
  readonly separator?: string;
}

/** `a, b, c, d, e and 995 more`: the first members of a list of any length. */
export function someOf(
  values: readonly string[],
  { most = MOST, separator = ", " }: SomeOfOptions = {},
): string {
  const more = values.length - most;
  return values.slice(0, most).join(separator) + (more > 0 ? ` and ${more} more` : "");
}

/** The same as lines: the first ones, then one that says how many more there are. */
export function someLines(lines: readonly string[], most = MOST): string[] {
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `and ${more} more`] : [...lines];
}
