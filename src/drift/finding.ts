import type { OwnResource } from "./state.js";

/** A property that differs. Texts, as people read them. */
export interface FieldChange {
  readonly field: string;
  /** Undefined where it was not set. */
  readonly recorded?: string;
  readonly live?: string;
}

/**
 * `gone`: it is in the state, but not in the service. `changed`: it differs. `recreated`: somebody deleted the record
 * and made another one in its place. `rival`: something beside it harms it. `unverified`: SES no longer verifies it.
 */
export type FindingKind = "gone" | "changed" | "recreated" | "rival" | "unverified";

/** A difference between the stack's state and the services. */
export interface Finding extends OwnResource {
  readonly kind: FindingKind;
  /** What differs, e.g. `the MX record mail.yourdomain.com`. */
  readonly object: string;
  readonly changes: readonly FieldChange[];
  /** What conflicts with it, as its host shows it. */
  readonly inTheWay: readonly string[];
  /** What it means for mail; one or more sentences. */
  readonly meaning: string;
  /** What to do; a sentence. */
  readonly remedy: string;
  /** URNs to refresh, so that the next update repairs it; empty if it needs a hand. */
  readonly refresh: readonly string[];
}

/** Something that could not be compared. This says nothing about it. */
export interface Unchecked {
  /** What was not checked, e.g. `zone yourdomain.com` or `SES in us-east-1`. */
  readonly what: string;
  /** Resources that were not compared. */
  readonly resources: number;
  readonly reason: string;
  readonly hint?: string;
}

export const REFRESHED = "refresh it, then run pulumi up: `drift --targets` prints what to refresh";
