import type { Location } from "../domain/model.js";

/** A problem that only the services or the stack show, as a diagnostic of the domain files reads. */
export function describeProblem({ file, line, column }: Location, problem: string, hint: string): string {
  return `${file}:${line}:${column} error ${problem}\n  hint: ${hint}`;
}
