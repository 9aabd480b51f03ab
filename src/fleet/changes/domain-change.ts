import type { Consequence, Danger } from "../../kinds/consequence.js";
import type { PlannedRecord } from "../plan.js";

/** A record in its role (purpose, Region, DKIM slot) before and after; one side is absent when it is added or removed. */
export interface RecordChange {
  readonly before?: PlannedRecord;
  readonly after?: PlannedRecord;
}

/** A setting, named as in the domain file, e.g. `dkim.keyLength`; undefined = not set. */
export interface SettingChange {
  readonly setting: string;
  /** Only if the domain has several Regions. */
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
  /** Empty for a domain that is added or removed. */
  readonly settings: readonly SettingChange[];
}
