import type { RecordPurpose } from "../kinds/index.js";

/** SES's states of a verification (API: `VerificationStatus`, `DkimStatus`, `MailFromDomainStatus`). */
export const SES_STATES = [
  "PENDING",
  "SUCCESS",
  "FAILED",
  "TEMPORARY_FAILURE",
  "NOT_STARTED",
  "UNKNOWN",
] as const;
export type SesState = (typeof SES_STATES)[number];

/**
 * What SES has to verify before a domain is `Verified`: the records it looks for by purpose, each with SES's states of
 * them. Whatever else depends on it asks here.
 */
const GATES = { DKIM: ["identity", "dkim"], "MAIL FROM": ["mailFrom"] } as const satisfies Readonly<
  Partial<Record<RecordPurpose, readonly string[]>>
>;
export type Gate = keyof typeof GATES;
type GateState = (typeof GATES)[Gate][number];

export const GATE_NAMES = Object.keys(GATES) as readonly Gate[];
/** Keys of SES's states of all gates. */
export const GATE_STATES: readonly GateState[] = Object.values(GATES).flat();

/** Whether SES has verified all that makes a domain `Verified`. */
export function isVerified(states: Readonly<Record<GateState, string>>): boolean {
  return GATE_STATES.every((state) => states[state] === "SUCCESS");
}

/** Whether SES looks for records of the purpose and revokes the verification without them. */
export function isGate(purpose: RecordPurpose): boolean {
  return Object.hasOwn(GATES, purpose);
}
