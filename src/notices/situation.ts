import { conditionOf, isUncertain, type Condition } from "../contract/condition.js";
import { GATE_STATES } from "../contract/verified.js";
import type { DomainReport } from "../status/domain-report.js";

/** What is known of a domain for good: no check that failed, and `removed` once the stack has it no more. */
export const SITUATIONS = [
  "pending",
  "verified",
  "parked",
  "at-risk",
  "failed",
  "decayed",
  "removed",
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Whether somebody has to act. */
export function isBad(situation: Situation | undefined): boolean {
  return situation === "decayed" || situation === "failed" || situation === "at-risk";
}

/**
 * What a check says about a domain, given what was known before. Undefined if it says nothing: what could not be
 * checked is neither better nor worse than it was.
 */
export function observe(report: DomainReport, known?: Situation): Situation | undefined {
  const condition = conditionOf(report);
  if (condition === "unchecked" || leavesOpen(report, condition)) return undefined;
  if (!report.checked && isBad(known)) return undefined;
  if (known === "at-risk" && isWellNow(condition) && report.dnsRecords.some(isUncertain)) return undefined;
  // What was restarted in this run has failed, although SES is looking again.
  if (condition === "pending" && report.restarted !== undefined) {
    const followed = follow(condition, known);
    return followed === "pending" ? "failed" : followed;
  }
  return follow(condition, known);
}

/**
 * Pending means different things: a new domain is not verified yet, one that was verified has lost that, and what has
 * failed is still broken while SES checks it again.
 */
function follow(condition: Exclude<Condition, "unchecked">, known: Situation | undefined): Situation {
  if (condition !== "pending") return condition;
  if (known === "verified" || known === "at-risk") return "decayed";
  return known === "failed" || known === "decayed" ? known : "pending";
}

function isWellNow(condition: Condition): boolean {
  return condition === "verified" || condition === "parked";
}

/** Whether SES verified all that it could be asked about, but something could not be read. */
function leavesOpen({ verification }: DomainReport, condition: Condition): boolean {
  if (condition !== "pending" && condition !== "decayed") return false;
  const states = GATE_STATES.map((key) => verification[key]);
  return states.includes("UNKNOWN") && states.every((state) => state === "UNKNOWN" || state === "SUCCESS");
}
