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

/** What SES has to verify before a domain is `Verified`. */
export const GATES = ["identity", "dkim", "mailFrom"] as const;
export type Gate = (typeof GATES)[number];

/** Whether SES has verified all that makes a domain `Verified`. */
export function isVerified(states: Readonly<Record<Gate, string>>): boolean {
  return GATES.every((gate) => states[gate] === "SUCCESS");
}
