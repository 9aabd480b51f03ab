import type { DomainReport, RecordReport } from "./domain-report.js";
import { DEFAULT_PUBLISHER, publisherOf } from "../publishers/index.js";
import { isBroken } from "../contract/condition.js";
import { isGate, isVerified } from "../contract/verified.js";

const REFRESH = "pulumi up --refresh";

/**
 * What to do next about a domain; empty when there is nothing to do.
 * @param remedy what lets a failed check succeed
 * @param elsewhere whether the zone is served by another host than the one with the published records
 */
export function nextStep(report: Omit<DomainReport, "nextStep">, remedy?: string, elsewhere = false): string {
  const { domain, status, checked, dnsRecords, restarted, verification } = report;
  const broken = dnsRecords.some(isBroken);
  const republish = mend(report, elsewhere);
  if (!checked) {
    const again = remedy ?? "fix what blocked the check, then run it again";
    // Mail needs the records that DNS has lost, whether or not SES can be asked.
    return broken ? `${republish}; ${again}` : again;
  }
  if (restarted !== undefined) {
    return broken ? `${republish}; SES is checking again` : "SES is checking again: mailstack verify --wait";
  }
  if (verification.identity === "NOT_STARTED") return `run ${REFRESH} to create the identity`;
  if (status === "Failed") {
    const restart = needsNewKey(report)
      ? "use a new DKIM key under a new selector to make SES check again"
      : `run mailstack verify ${domain} --restart to make SES check again`;
    return broken ? `${republish}; then ${restart}` : restart;
  }
  if (broken) {
    // SES checks no other records.
    const atStake = dnsRecords.some((record) => isBroken(record) && isGate(record.purpose));
    return status === "Verified" && atStake ? `${republish} before SES revokes the verification` : republish;
  }
  if (verification.mailFrom === "NOT_STARTED") return `run ${REFRESH} to set the MAIL FROM domain`;
  if (status === "Pending" && isVerified(verification)) {
    // SES has verified its settings, but they are not those of the stack.
    return `run ${REFRESH} to bring SES in line with the domain file`;
  }
  if (status === "Pending") {
    const unknown = dnsRecords.some(({ state }) => state === "unknown");
    const records = unknown ? "the records could not all be checked" : "the records are in place";
    return `${records}; SES checks for up to 72 hours: mailstack verify --wait`;
  }
  return republish;
}

/** How to correct the records; empty if they are correct. */
function mend(
  { dns = DEFAULT_PUBLISHER, dnsRecords }: Pick<DomainReport, "dns" | "dnsRecords">,
  elsewhere: boolean,
): string {
  const { title, host } = publisherOf(dns);
  const wrong = dnsRecords.filter(({ state }) => state === "missing" || state === "wrong");
  if (wrong.length === 0) return "";
  if (elsewhere) {
    return `point the zone to ${title}'s name servers, or set dns: manual and publish the records where the zone is hosted`;
  }
  const crowded = wrong.filter(isCrowded);
  // Other TXT records at the name, e.g. a site verification, must stay.
  const places = crowded.map(
    ({ type, purpose, name }) => `the other ${type === "TXT" ? purpose : type} records at ${name}`,
  );
  const publish =
    host === undefined
      ? "publish the listed records at the domain's DNS host"
      : `run ${REFRESH} to publish the records again`;
  return [
    ...(places.length === 0 ? [] : [`delete ${places.join(" and ")}`]),
    ...(wrong.every((record) => isCrowded(record) && record.found?.includes(record.value)) ? [] : [publish]),
  ].join("; ");
}

/** Whether there are too many records. The stack did not publish the others, so it does not delete them. */
function isCrowded({ type, state, found = [] }: RecordReport): boolean {
  return state === "wrong" && type !== "CNAME" && found.length > 1;
}

/** SES checks your own key again only when it is set again, and only the stack's configuration has it. */
function needsNewKey({ verification, dnsRecords }: Omit<DomainReport, "nextStep">): boolean {
  const keys = dnsRecords.filter(({ purpose }) => purpose === "DKIM");
  return verification.dkim === "FAILED" && keys.length > 0 && keys.every(({ type }) => type === "TXT");
}
