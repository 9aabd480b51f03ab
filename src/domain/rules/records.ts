import type { RuleCatalogue } from "./rule.js";

/** Rules about the records that follow from a domain file. */
export const recordRules = {} as const satisfies RuleCatalogue;
