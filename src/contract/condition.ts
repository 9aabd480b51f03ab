import { roleOf, type RecordPurpose } from "../kinds/index.js";
import type { DomainStatus, Verdict, Verification } from "./stack-outputs.js";

/**
 * `ok`: exactly what is expected. `missing`: no such record. `wrong`: another record in its place, or one too many.
 * `unknown`: the check itself failed, which says nothing about the record.
 */
export type RecordState = "ok" | "missing" | "wrong" | "unknown";

/** From worst to best. */
const CONDITIONS = ["decayed", "failed", "at-risk", "unchecked", "pending", "verified", "parked"] as const;
export type Condition = (typeof CONDITIONS)[number];

interface SeenRecord {
  readonly purpose: RecordPurpose;
  /** Absent where nobody has looked. */
  readonly state?: RecordState;
}

/** A domain, or the result of checking it. */
export interface Seen extends Verdict {
  /** False when SES could not be asked. */
  readonly checked?: boolean;
  readonly dnsRecords?: readonly SeenRecord[];
}

/** Whether a record is broken that mail, or a parked domain's refusal of mail, depends on. */
export function isBroken({ purpose, state }: SeenRecord): boolean {
  return roleOf(purpose) !== "shown" && (state === "missing" || state === "wrong");
}

/** Whether a record could not be checked that mail, or a parked domain's refusal of mail, depends on. */
export function isUncertain({ purpose, state }: SeenRecord): boolean {
  return roleOf(purpose) !== "shown" && state === "unknown";
}

/** Whether a look has shown that the domain was Verified and no longer is. */
export function isDecayed({ decayed, identity }: Pick<Verification, "decayed" | "identity">): boolean {
  return decayed === true && identity !== "UNKNOWN";
}

export function conditionOf({ status, verification, checked = true, dnsRecords = [] }: Seen): Condition {
  if (checked && isDecayed(verification)) return "decayed";
  if (checked && status === "Failed") return "failed";
  const settled = status === "Verified" || status === "Parked";
  if (settled && dnsRecords.some(isBroken)) return "at-risk";
  if (!checked) return "unchecked";
  if (status === "Parked") return "parked";
  return status === "Pending" ? "pending" : "verified";
}

/** Whether there is nothing to do about it. */
export function isWell(domain: Seen): boolean {
  return ["verified", "parked"].includes(conditionOf(domain));
}

/** Worst first, then by name. */
export function worstFirst<T extends Seen & { readonly domain: string }>(domains: readonly T[]): T[] {
  const rank = (domain: T): number => CONDITIONS.indexOf(conditionOf(domain));
  return [...domains].sort((a, b) => rank(a) - rank(b) || (a.domain < b.domain ? -1 : 1));
}

/**
 * The verdict on the identity that is worst off; undefined without any. One that was Verified and no longer is comes
 * before one that never was: mail depends on it.
 */
export function worstVerdict([first, ...others]: readonly Verdict[]): Verdict | undefined {
  if (first === undefined) return undefined;
  return others.reduce((worst, verdict) => (severity(verdict) > severity(worst) ? verdict : worst), first);
}

/** How bad it is: 0 for `Verified`, the more the worse. */
function severity({ status, verification }: Verdict): number {
  const rank: Readonly<Record<DomainStatus, number>> = { Parked: 0, Verified: 0, Pending: 1, Failed: 2 };
  return rank[status] + (isDecayed(verification) ? 2 : 0);
}
