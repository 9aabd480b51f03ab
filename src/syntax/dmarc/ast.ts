import type { Span } from "../span.js";
import type { DmarcPolicyName } from "./settings.js";

/** Syntax tree of a DMARC policy record (RFC 9989 §4.8). */

/** One `name=value`, known or not, without the blanks around name and value. */
export interface DmarcTag extends Span {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly valueSpan: Span;
}

/** A destination of reports. */
export interface DmarcUri extends Span {
  /** As written, less the size limit. */
  readonly uri: string;
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Percent-decoded address; on `mailto` only. */
  readonly address?: string;
  /** Who receives the reports: domain of the address or host of the URI, lower case. */
  readonly host: string;
  /** `10m` of `!10m`; RFC 9989 has dropped size limits. */
  readonly sizeLimit?: string;
}

export type Alignment = "relaxed" | "strict";
export type FailureOption = "0" | "1" | "d" | "s";

/** What the record says; a tag that is absent or has no valid value is undefined, or its list empty. */
export interface DmarcRecord {
  readonly text: string;
  readonly tags: readonly DmarcTag[];
  readonly policy?: DmarcPolicyName;
  readonly subdomainPolicy?: DmarcPolicyName;
  readonly nonexistentSubdomainPolicy?: DmarcPolicyName;
  readonly dkimAlignment?: Alignment;
  readonly spfAlignment?: Alignment;
  readonly failureOptions: readonly FailureOption[];
  readonly aggregateReports: readonly DmarcUri[];
  readonly failureReports: readonly DmarcUri[];
  readonly testing?: boolean;
  /** Public suffix domain: yes, no (the tree walk ends here), unknown. */
  readonly publicSuffix?: "y" | "n" | "u";
}

export type DmarcFindingCode =
  | "not-dmarc"
  | "syntax"
  | "duplicate-tag"
  | "unknown-tag"
  | "removed-tag"
  | "invalid-value"
  | "policy-missing"
  | "policy-not-second"
  | "invalid-uri"
  | "unsupported-scheme"
  | "size-limit"
  | "failure-options"
  | "failure-options-unused"
  | "testing-unused";

export interface DmarcFinding extends Span {
  readonly code: DmarcFindingCode;
  /**
   * `error`: receivers ignore the record, or do not do what it plainly means. `warning`: it works, but part of it does not
   * count everywhere. `note`: harmless.
   */
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
}
