import type { DomainReport, RecordReport } from "./domain-report.js";
import { DEFAULT_PUBLISHER, publisherOf } from "../publishers/index.js";
import { roleOf } from "../kinds/index.js";
import { isBroken } from "../contract/condition.js";
import { isVerified } from "../contract/verified.js";

const REFRESH = "pulumi up --refresh";

/**
 * What to do next about a domain; empty when there is nothing to do.
 * @param remedy what lets a check succeed that could not be made
 * @param elsewhere whether the zone is served by others than those with whom the records are published
 */
export function nextStep(report: Omit<DomainReport, "nextStep">, remedy?: string, elsewhere = false): string {
  const { domain, status, checked, dnsRecords, restarted, verification } = report;
  const broken = dnsRecords.some(isBroken);
  const republish = mend(report, elsewhere);
  if (!checked) {
    const again = remedy ?? "see to what stood in the way of the check, and check again";
    // What DNS has lost, mail is about to miss, whether SES can be asked or not.
    return broken ? `${republish}; ${again}` : again;
  }
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
    // SES looks at no other records.
    const atStake = dnsRecords.some((record) => isBroken(record) && roleOf(record.purpose) === "verifies");
    return status === "Verified" && atStake
      ? `${republish}, before SES takes the verification back`
      : republish;
  }
  if (verification.mailFrom === "NOT_STARTED") return `${REFRESH} sets the MAIL FROM domain`;
  if (status === "Pending" && isVerified(verification)) {
    // SES is content with what it has, but has something else than the stack asked for.
    return `${REFRESH} brings SES in line with the domain file`;
  }
  if (status === "Pending") {
    const unknown = dnsRecords.some(({ state }) => state === "unknown");
    const records = unknown ? "the records could not all be checked" : "the records are in place";
    return `${records}; SES looks for up to 72 hours: mailstack verify --wait`;
  }
  return republish;
}

/** What puts the records in order; empty when they are. */
function mend(
  { dns = DEFAULT_PUBLISHER, dnsRecords }: Pick<DomainReport, "dns" | "dnsRecords">,
  elsewhere: boolean,
): string {
  const { title, host } = publisherOf(dns);
  const wrong = dnsRecords.filter(({ state }) => state === "missing" || state === "wrong");
  if (wrong.length === 0) return "";
  if (elsewhere) {
    return `point the zone to ${title}'s name servers, or say dns: manual and publish the records where it is`;
  }
  const crowded = wrong.filter(isCrowded);
  // Other TXT records at the name, e.g. of a site verification, are to stay.
  const places = crowded.map(
    ({ type, purpose, name }) => `the other ${type === "TXT" ? purpose : type} records at ${name}`,
  );
  const publish =
    host === undefined
      ? "publish the records as they are listed at whoever serves the domain's DNS"
      : `${REFRESH} publishes the records again`;
  return [
    ...(places.length === 0 ? [] : [`delete ${places.join(" and ")}`]),
    ...(wrong.every((record) => isCrowded(record) && record.found?.includes(record.value)) ? [] : [publish]),
  ].join("; ");
}

/** Whether there are records too many, which nobody published through the stack, and so it does not delete them. */
function isCrowded({ type, state, found = [] }: RecordReport): boolean {
  return state === "wrong" && type !== "CNAME" && found.length > 1;
}

/** SES looks again for a key of the domain's own only when it is put, and only the stack's configuration has it. */
function needsNewKey({ verification, dnsRecords }: Omit<DomainReport, "nextStep">): boolean {
  const keys = dnsRecords.filter(({ purpose }) => purpose === "DKIM");
  return verification.dkim === "FAILED" && keys.length > 0 && keys.every(({ type }) => type === "TXT");
}
