import { domainRules } from "./domain-rules.js";
import { fileRules } from "./file-rules.js";
import { fleetRules } from "./fleet-rules.js";
import type { Rule } from "./rule.js";
import { stackRules } from "./stack-rules.js";

export type RuleName =
  keyof typeof fileRules | keyof typeof domainRules | keyof typeof fleetRules | keyof typeof stackRules;

/**
 * Every rule that a diagnostic can name. Each part of the program has its own rules, kept together here
 * because a domain file may name any of them under `allow`.
 */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  ...fileRules,
  ...domainRules,
  ...fleetRules,
  ...stackRules,
};

export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}
