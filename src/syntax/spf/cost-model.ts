/** What evaluating an SPF record costs its receivers, as DNS has it. */

/** Void lookups that a check may meet (RFC 7208 §4.6.4). */
export const MAX_VOID_LOOKUPS = 2;
/** Hosts of one `mx` whose addresses may be asked for (RFC 7208 §4.6.4). */
export const MAX_MX_HOSTS = 10;

export type SpfQueryType = "TXT" | "A" | "AAAA" | "MX";

export type SpfAnswer =
  /** TXT in one piece, MX as `10 host`; none when the name has no such record. */
  | { readonly kind: "records"; readonly values: readonly string[] }
  | { readonly kind: "no-such-name" }
  /** Nothing is known: no answer, or a server that failed. */
  | { readonly kind: "failed"; readonly reason: string };

/** Asks DNS, following CNAMEs. Never rejects. */
export type SpfResolve = (name: string, type: SpfQueryType) => Promise<SpfAnswer>;

/** A term of the record, or of one that it leads to. */
export interface PlacedTerm {
  /** As its record says it, e.g. `include:_spf.example.net`. */
  readonly term: string;
  /** Names of the records that lead to it, the one that holds it last. */
  readonly chain: readonly string[];
}

export interface CostProblem extends PlacedTerm {
  readonly kind:
    /** The target of an `include` or `redirect` has no SPF record, or several, or one with a syntax error (§5.2). */
    | "no-record"
    | "several-records"
    | "invalid-record"
    /** The target is a name whose record is being evaluated already. */
    | "loop"
    /** An `mx` with too many hosts. */
    | "mx-hosts"
    /** DNS gave no answer. */
    | "unknown";
  /** What was found there, or why nothing is known. */
  readonly detail: string;
}

/** One term that causes DNS lookups. */
export interface TermCost {
  /** As the record says it, e.g. `include:_spf.example.net`. */
  readonly term: string;
  /** Offset in the record. */
  readonly start: number;
  /** Lookups of the term and of all that it leads to. */
  readonly lookups: number;
  /** The terms among them whose answer is void. */
  readonly voids: readonly PlacedTerm[];
  readonly problems: readonly CostProblem[];
  /** Whether there may be more: a name that depends on the message, or one that DNS gave no answer for. */
  readonly atLeast: boolean;
  /** The terms of the record that an `include` or a `redirect` leads to. */
  readonly terms: readonly TermCost[];
}

/** The same of a whole record. */
export type RecordCost = Omit<TermCost, "term" | "start">;
