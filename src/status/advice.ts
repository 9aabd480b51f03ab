import type { DomainReport } from "./report.js";
import { isBroken } from "./report.js";

const REFRESH = "pulumi up --refresh";

/**
 * What to do next about a domain; empty when there is nothing to do.
 * @param remedy what lets a check succeed that could not be made
 */
export function nextStep(report: Omit<DomainReport, "nextStep">, remedy?: string): string {
  const { domain, status, checked, dnsRecords, restarted, verification } = report;
  const broken = dnsRecords.some(isBroken);
  const republish =
    report.dns === "manual"
      ? "publish the records as they are listed at whoever serves the domain's DNS"
      : `${REFRESH} publishes the records again`;
  if (!checked) return remedy ?? "see to what stood in the way of the check, and check again";
  if (restarted !== undefined) {
    return broken ? `${republish}; SES is looking again` : "SES is looking again: mailstack verify --wait";
  }
  if (verification.identity === "NOT_STARTED") return `${REFRESH} creates the identity`;
  if (status === "Failed") {
    const restart = needsNewKey(report)
      ? "a new DKIM key under a new selector makes SES look again"
      : `mailstack verify ${domain} --restart makes SES look again`;
    return broken ? `${republish}; then ${restart}` : restart;
  }
  if (broken) {
    return status === "Verified" ? `${republish}, before SES takes the verification back` : republish;
  }
  if (verification.mailFrom === "NOT_STARTED") return `${REFRESH} sets the MAIL FROM domain`;
  if (status === "Pending" && isDone(verification)) {
    // SES is content with what it has, but has something else than the stack asked for.
    return `${REFRESH} brings SES in line with the domain file`;
  }
  if (status === "Pending") {
    const unknown = dnsRecords.some(({ state }) => state === "unknown");
    const records = unknown ? "the records could not all be checked" : "the records are in place";
    return `${records}; SES looks for up to 72 hours: mailstack verify --wait`;
  }
  return "";
}

/** SES looks again for a key of the domain's own only when it is put, and only the stack's configuration has it. */
function needsNewKey({ verification, dnsRecords }: Omit<DomainReport, "nextStep">): boolean {
  const keys = dnsRecords.filter(({ purpose }) => purpose === "DKIM");
  return verification.dkim === "FAILED" && keys.length > 0 && keys.every(({ type }) => type === "TXT");
}

function isDone({ identity, dkim, mailFrom }: DomainReport["verification"]): boolean {
  return identity === "SUCCESS" && dkim === "SUCCESS" && mailFrom === "SUCCESS";
}
