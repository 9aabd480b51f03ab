import type { MailRecord } from "../../records/model.js";

/**
 * How much harm a change can do, worst first. `outage`: mail stops, or loses its signature. `risk`: mail that passes
 * today may fail, or a protection goes. `notice`: worth reading before merging. `routine`: nothing to think about.
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

/** A record in its role (purpose, Region, DKIM slot) before and after; one side is absent when it is added or removed. */
export interface RecordChange {
  readonly before?: MailRecord;
  readonly after?: MailRecord;
}

/** A setting as the domain file names it, e.g. `dkim.keyLength`; undefined = not set. */
export interface SettingChange {
  readonly setting: string;
  /** Only where the domain lives in several Regions. */
  readonly region?: string;
  readonly before?: string;
  readonly after?: string;
}

export interface DomainChange {
  readonly domain: string;
  readonly kind: "added" | "changed" | "removed";
  /** That of the worst consequence. */
  readonly danger: Danger;
  /** Worst first; never empty. */
  readonly consequences: readonly Consequence[];
  readonly records: readonly RecordChange[];
  /** Empty for a domain that is added or removed as a whole. */
  readonly settings: readonly SettingChange[];
}
