import type { PreviousVerification, StackRecord } from "../contract/stack-outputs.js";
import type { Reading } from "./ses-reading.js";

/** One of the domain's identities: what SES says now, and what was known before. */
export interface KnownIdentity {
  readonly mailFromDomain: string;
  readonly reading: Reading;
  readonly before: PreviousVerification;
}

/**
 * When a record was last known to be in order (RFC 3339): as SES last found it, or as it was when the domain was last
 * looked at. SES tells the time for the DKIM records only (API: `LastSuccessTimestamp`), and looks at no others than
 * those and MAIL FROM's MX.
 */
export function lastOkAt(
  { purpose, name }: Pick<StackRecord, "purpose" | "name">,
  identities: readonly KnownIdentity[],
): string | undefined {
  if (purpose === "DKIM") {
    const [label] = name.split(".");
    const own = identities.find(
      ({ reading }) => reading.kind === "found" && reading.tokens?.includes(label!),
    );
    if (own?.reading.kind === "found" && own.reading.lastSuccessAt !== undefined) {
      return own.reading.lastSuccessAt;
    }
    const verification = (own ?? identities[0])?.before.verification;
    if (verification === undefined) return undefined;
    return verification.dkim === "SUCCESS" ? verification.checkedAt : verification.lastVerifiedAt;
  }
  const own = identities.find(({ mailFromDomain }) => mailFromDomain === name);
  if (purpose !== "MAIL FROM" || own === undefined) return undefined;
  const { mailFrom, mailFromCheckedAt, checkedAt, lastVerifiedAt } = own.before.verification;
  return mailFrom === "SUCCESS" ? (mailFromCheckedAt ?? checkedAt) : lastVerifiedAt;
}
