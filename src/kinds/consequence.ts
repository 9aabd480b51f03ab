/**
 * How much harm a change can do, worst first. `outage`: mail stops, or loses its signature. `risk`: mail that passes
 * today may fail, or a protection goes. `notice`: worth reading before merging. `routine`: needs no attention.
 */
export const DANGERS = ["outage", "risk", "notice", "routine"] as const;
export type Danger = (typeof DANGERS)[number];

/** What a change means for the domain's mail. */
export interface Consequence {
  readonly danger: Danger;
  /** Stable name, e.g. `policy-jump`. */
  readonly code: string;
  readonly message: string;
}
