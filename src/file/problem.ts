import type { KeyPath } from "./diagnostic.js";
import type { RuleName } from "../rules/catalogue/rules.js";

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
