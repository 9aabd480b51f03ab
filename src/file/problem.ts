import type { Diagnostic, KeyPath, Location } from "./diagnostic.js";
import { RULES, type RuleName } from "../rules/catalogue/rules.js";

/** What is wrong with a value, before its file and its place there are known. */
export interface Problem {
  readonly rule: RuleName;
  readonly message: string;
  readonly hint: string;
  /** Relative to the value that was checked; absent = that value itself. */
  readonly path?: KeyPath;
  /** Point at the key instead of its value. */
  readonly at?: "key" | "value";
}

/** What breaks a rule at a place, as severely as the catalogue says. */
export function brokenRule(
  rule: RuleName,
  place: Location,
  told: Pick<Diagnostic, "message" | "hint" | "related" | "domain">,
): Diagnostic {
  return { ...place, severity: RULES[rule].severity, rule, ...told };
}

/** The beginning of a file: the place of what concerns it as a whole. */
export function startOf(file: string): Location {
  return { file, line: 1, column: 1 };
}
