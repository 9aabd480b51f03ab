import type { DomainReport } from "../../src/status/domain-report.js";
import { wellReport, withRecords } from "../status/sample.js";

type States = "identity" | "dkim" | "mailFrom";

function report(
  domain: string,
  status: DomainReport["status"],
  state: DomainReport["verification"][States],
  change: Partial<DomainReport["verification"]> = {},
): DomainReport {
  const base = wellReport(domain);
  const states = { identity: state, dkim: state, mailFrom: state };
  return { ...base, status, verification: { ...base.verification, ...states, reason: status, ...change } };
}

export const verified = (domain: string): DomainReport => report(domain, "Verified", "SUCCESS");
export const pending = (domain: string): DomainReport => report(domain, "Pending", "PENDING");
export const failed = (domain: string): DomainReport => report(domain, "Failed", "FAILED");
export const decayed = (domain: string): DomainReport =>
  report(domain, "Pending", "TEMPORARY_FAILURE", { decayed: true });
/** SES could not be asked: what is shown is what the stack knows. */
export const unchecked = (domain: string): DomainReport => ({ ...verified(domain), checked: false });
/** A verified domain without its MX record. */
export const RECORD_GONE = withRecords(verified("yourdomain.com"), "MAIL FROM", { state: "missing" });
