import type { Problem } from "../../file/problem.js";

/** Entries that appear twice in a list, ignoring case; an address and its `mailto:` URI are one. */
export function canonicalListProblems(list: readonly (string | number)[]): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  list.forEach((entry, index) => {
    const key = String(entry)
      .toLowerCase()
      .replace(/^mailto:/, "");
    if (seen.has(key)) {
      problems.push({
        rule: "duplicate-list-entry",
        message: `\`${entry}\` appears twice in this list`,
        hint: "delete one of them",
        path: [index],
      });
    }
    seen.add(key);
  });
  return problems;
}
