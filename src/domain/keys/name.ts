import { canonicalName } from "../../file/names.js";
import type { Problem } from "../../file/problem.js";

/** What is wrong with a host name that is not the sending domain itself. */
export function nameProblems(text: string): readonly Problem[] {
  const result = canonicalName(text);
  return "problem" in result ? [{ rule: "invalid-domain", message: result.problem, hint: result.hint }] : [];
}
