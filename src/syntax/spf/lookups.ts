import type { SpfMechanism, SpfModifier, SpfRecord, SpfTerm } from "./ast.js";
import { knownInclude, type KnownInclude } from "./known-includes.js";

/** DNS-querying terms that one check may evaluate, included records and all (RFC 7208 §4.6.4). */
export const MAX_LOOKUPS = 10;

/** A term whose evaluation takes a DNS query that counts. */
export type QueryingTerm =
  (SpfMechanism & { name: "include" | "a" | "mx" | "ptr" | "exists" }) | (SpfModifier & { name: "redirect" });

export interface KnownTarget {
  readonly term: QueryingTerm;
  readonly target: string;
  readonly cost: KnownInclude;
}

/** Whether evaluating the term takes a DNS query that counts. `exp` does not (RFC 7208 §4.6.4). */
function isQuerying(term: SpfTerm): term is QueryingTerm {
  return ["include", "a", "mx", "ptr", "exists", "redirect"].includes(term.name);
}

/**
 * The terms that cost a lookup, since a receiver may have to evaluate every one. `redirect` counts only where it
 * acts: without an `all` (RFC 7208 §6.1). Terms behind `all` are never evaluated (§5.1).
 */
export function countedTerms(record: SpfRecord): readonly QueryingTerm[] {
  const all = record.terms.findIndex((term) => term.name === "all");
  return record.terms
    .filter((term, index) => all < 0 || (term.kind === "mechanism" && index < all))
    .filter(isQuerying);
}

/**
 * DNS lookups of the record as far as they can be told without DNS: `own` of its own terms, which is sure, and
 * `expected` with what known targets were last seen to cost in turn. `costly` are the known targets that cost more than
 * their own lookup. With `unknownTargets`, the true total may be higher.
 */
export function countLookups(record: SpfRecord) {
  const counted = countedTerms(record);
  const costly: KnownTarget[] = [];
  const unknownTargets: string[] = [];
  for (const term of counted) {
    const target = recordTarget(term);
    if (target === undefined) continue;
    const cost = knownInclude(target);
    if (cost === undefined) unknownTargets.push(target);
    else if (cost.lookups > 0) costly.push({ term, target, cost });
  }
  const expected = costly.reduce((sum, { cost }) => sum + cost.lookups, counted.length);
  return { own: counted.length, expected, costly, unknownTargets };
}

/** The name of the other SPF record that the term pulls in. */
function recordTarget(term: QueryingTerm): string | undefined {
  if (term.name === "include") return term.domain.text;
  return term.name === "redirect" ? term.value.text : undefined;
}
