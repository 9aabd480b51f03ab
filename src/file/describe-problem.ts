import type { Location, Severity } from "./diagnostic.js";

/** A problem that only the services or the stack reveal, in the format of a domain file's diagnostics. */
export function describeProblem(
  { file, line, column }: Location,
  problem: string,
  hint: string,
  severity: Severity = "error",
): string {
  return `${file}:${line}:${column} ${severity} ${problem}\n  hint: ${hint}`;
}
