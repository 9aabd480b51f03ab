import type { SpfMechanism, SpfModifier, SpfRecord, SpfTerm } from "./ast.js";
import { knownCost } from "./known-includes.js";

/** DNS-querying terms that one check may evaluate, included records and all (RFC 7208 §4.6.4). */
export const MAX_LOOKUPS = 10;

type QueryingTerm =
  (SpfMechanism & { name: "include" | "a" | "mx" | "ptr" | "exists" }) | (SpfModifier & { name: "redirect" });

export interface LookupCount {
  /** Lookups over the whole record, with what each known include or redirect target costs in turn. */
  readonly total: number;
  /** Targets whose own records are not known here: each counts 1, the true total may be higher. */
  readonly unknownTargets: readonly string[];
}

/** Whether evaluating the term takes a DNS query that counts. `exp` does not (RFC 7208 §4.6.4). */
export function isQuerying(term: SpfTerm): term is QueryingTerm {
  return ["include", "a", "mx", "ptr", "exists", "redirect"].includes(term.name);
}

/**
 * DNS lookups of the whole record, since a receiver may have to evaluate every term. `redirect` counts only where
 * it acts: without an `all` (RFC 7208 §6.1). Terms behind `all` are never evaluated (§5.1).
 */
export function countLookups(record: SpfRecord): LookupCount {
  const all = record.terms.findIndex((term) => term.name === "all");
  const counted = record.terms.filter(
    (term, index) => isQuerying(term) && (all < 0 || (term.kind === "mechanism" && index < all)),
  );
  let total = counted.length;
  const unknownTargets: string[] = [];
  for (const target of counted.flatMap(recordTarget)) {
    const cost = knownCost(target);
    if (cost === undefined) unknownTargets.push(target);
    else total += cost;
  }
  return { total, unknownTargets };
}

/** The other SPF record that the term pulls in. */
function recordTarget(term: SpfTerm): string[] {
  if (term.name === "include") return [term.domain.text];
  return term.name === "redirect" ? [term.value.text] : [];
}
