import type { DomainReport } from "./report.js";
import { isBroken } from "./report.js";

const REPUBLISH = "pulumi up --refresh publishes the records again";

/** What to do next about a domain; empty when there is nothing to do. */
export function nextStep(report: Omit<DomainReport, "nextStep">): string {
  const { domain, status, checked, dnsRecords, restarted } = report;
  const broken = dnsRecords.some(isBroken);
  if (!checked) return "make sure that the credentials may call ses:GetEmailIdentity, and check again";
  if (restarted !== undefined) {
    return broken ? `${REPUBLISH}; SES is looking again` : "SES is looking again: mailstack verify --wait";
  }
  if (status === "Failed") {
    const restart = `mailstack verify ${domain} --restart makes SES look again`;
    return broken ? `${REPUBLISH}; then ${restart}` : restart;
  }
  if (broken) {
    return status === "Verified" ? `${REPUBLISH}, before SES takes the verification back` : REPUBLISH;
  }
  if (status === "Pending") {
    const unknown = dnsRecords.some(({ state }) => state === "unknown");
    const records = unknown ? "the records could not all be checked" : "the records are in place";
    return `${records}; SES looks for up to 72 hours: mailstack verify --wait`;
  }
  return "";
}
