import { domainRules } from "./domain-rules.js";
import { fileRules } from "./file-rules.js";
import { fleetRules } from "./fleet-rules.js";
import { stackRules } from "./stack-rules.js";

/**
 * Every rule that a diagnostic can name. Each part of the program has its own rules, kept together here
 * because a domain file may name any of them under `allow`.
 */
export const RULES = { ...fileRules, ...domainRules, ...fleetRules, ...stackRules };

export type RuleName = keyof typeof RULES;

export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}
