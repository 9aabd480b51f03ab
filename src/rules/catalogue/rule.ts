import type { Severity } from "../../file/diagnostic.js";

export interface Rule {
  readonly severity: Severity;
  /** One sentence: what the rule requires. */
  readonly summary: string;
  /** The standard or the service's documentation behind the rule; absent if it is our own. */
  readonly reference?: string;
  /** A domain file may break the rule by naming it, with a reason, under `allow`. */
  readonly allowable?: true;
  /** Only `validate --online` can check it: otherwise it is unknown whether the rule is broken, or needs to be allowed. */
  readonly online?: true;
  /** Only `validate` checks it, because it depends on the date. Always a warning, so that no exit code does. */
  readonly dated?: true;
}

export type RuleCatalogue = Readonly<Record<string, Rule>>;
