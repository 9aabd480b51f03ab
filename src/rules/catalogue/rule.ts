import type { Severity } from "../../file/diagnostic.js";

export interface Rule {
  readonly severity: Severity;
  /** One sentence: what the rule demands. */
  readonly summary: string;
  /** The standard or the service's documentation that the rule comes from; absent where it is our own. */
  readonly reference?: string;
  /** Whether a domain file may break the rule by naming it, with a reason, under `allow`. */
  readonly allowable: boolean;
  /** Only `validate --online` can tell: without it, nothing is known of the rule, be it broken or allowed. */
  readonly online?: true;
}

export type RuleCatalogue = Readonly<Record<string, Rule>>;
