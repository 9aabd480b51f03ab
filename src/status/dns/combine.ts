import type { RecordState } from "../../contract/condition.js";
import type { RecordCheck } from "./dns-types.js";

/** What one server was found to say of a record. */
export interface ServerCheck extends RecordCheck {
  /** Its address, or the name of a name server. */
  readonly server: string;
  readonly authoritative: boolean;
}

const RANK: Readonly<Record<RecordState, number>> = { wrong: 0, missing: 1, ok: 2, unknown: 3 };

/**
 * One answer out of those of several servers. The worst of the authoritative ones decides. If none answered, the
 * public resolvers decide. A server that could not be asked decides nothing.
 */
export function combineChecks(checks: readonly ServerCheck[]): RecordCheck {
  const known = checks.filter(({ state }) => state !== "unknown");
  if (known.length === 0) {
    const reasons = checks.map(({ server, reason }) => `${server}: ${reason ?? "no answer"}`);
    return { state: "unknown", reason: reasons.join("; ") || "no DNS server to ask" };
  }
  const authoritative = known.filter((check) => check.authoritative);
  const deciding = authoritative.length > 0 ? authoritative : known;
  const [worst] = [...deciding].sort((a, b) => RANK[a.state] - RANK[b.state]);
  const { state, found, reason } = worst!;
  const remark = disagreement(worst!, known);
  const text = [reason, remark].filter((part) => part !== undefined).join("; ");
  return { state, ...(found !== undefined && { found }), ...(text !== "" && { reason: text }) };
}

const WORDS: Readonly<Record<RecordState, string>> = {
  ok: "has the record",
  missing: "does not have the record yet",
  wrong: "still answers with another record",
  unknown: "",
};

/** Caches and name servers that say something else: a change that is on its way. */
function disagreement(decided: ServerCheck, known: readonly ServerCheck[]): string | undefined {
  const others = known.filter(({ state }) => state !== decided.state);
  if (others.length === 0) return undefined;
  return others.map(({ server, state }) => `${server} ${WORDS[state]}`).join(", ");
}
