import type { DomainStatus, Expected, Reading, SesState, Verdict } from "./reading.js";

/** `VerificationInfo.ErrorType` of the SES API, in words. */
const ERROR_TYPES: Readonly<Record<string, string>> = {
  DNS_SERVER_ERROR: "the domain's name servers did not answer SES",
  HOST_NOT_FOUND: "SES found no such name in DNS",
  INVALID_VALUE: "SES found the DKIM records with other values than its own",
  TYPE_NOT_FOUND: "SES found the names, but no CNAME records at them",
  SERVICE_ERROR: "SES itself had a failure; it tries again",
};

const UNKNOWN = { identity: "UNKNOWN", dkim: "UNKNOWN", mailFrom: "UNKNOWN" } as const;

/**
 * One identity's status as the API of old worded it. `Verified` needs the identity, DKIM and MAIL FROM;
 * `Failed` is what SES has given up on; everything else, a check that could not be made included, is `Pending`.
 */
export function judge(reading: Reading, expected: Expected): Verdict {
  const { checkedAt } = reading;
  if (reading.kind === "unknown") {
    return pending({ ...UNKNOWN, checkedAt, reason: `could not be checked: ${reading.reason}` });
  }
  if (reading.kind === "absent") {
    return pending({ ...UNKNOWN, checkedAt, reason: "SES has no such identity yet" });
  }
  const { identity, dkim, mailFrom } = reading;
  const [status, reason] = weigh(reading, expected);
  return { status, verification: { identity, dkim, mailFrom, checkedAt, reason } };
}

function pending(verification: Verdict["verification"]): Verdict {
  return { status: "Pending", verification };
}

function weigh(reading: Extract<Reading, { kind: "found" }>, expected: Expected): [DomainStatus, string] {
  const { identity, dkim, mailFrom, mailFromDomain, signingHostedZone, errorType } = reading;
  const cause = errorType === undefined ? "" : `: ${ERROR_TYPES[errorType] ?? errorType}`;
  if (identity === "FAILED" || dkim === "FAILED") {
    return ["Failed", `SES gave up on the DKIM records after 72 hours${cause}`];
  }
  if (mailFrom === "FAILED") {
    return ["Failed", `SES gave up on the MX record of ${expected.mailFromDomain} after 72 hours`];
  }
  if (signingHostedZone !== undefined && signingHostedZone !== expected.dkimHostedZone) {
    return [
      "Pending",
      `SES serves the DKIM keys from ${signingHostedZone}, but the records point to ${expected.dkimHostedZone}; ` +
        `set dkim.hostedZone: ${signingHostedZone}`,
    ];
  }
  if (mailFromDomain !== undefined && mailFromDomain !== expected.mailFromDomain) {
    return ["Pending", `SES uses the MAIL FROM domain ${mailFromDomain}, not ${expected.mailFromDomain}`];
  }
  const waiting = [
    dkim === "SUCCESS" && identity === "SUCCESS" ? "" : `the DKIM records (${worst(identity, dkim)})${cause}`,
    mailFrom === "SUCCESS" ? "" : `the MX record of ${expected.mailFromDomain} (${mailFrom})`,
  ].filter((text) => text !== "");
  if (waiting.length === 0) return ["Verified", "SES has verified the identity, DKIM and MAIL FROM"];
  return ["Pending", `SES has not verified ${waiting.join(" and ")}`];
}

function worst(identity: SesState, dkim: SesState): SesState {
  return dkim === "SUCCESS" ? identity : dkim;
}

/** The status of a domain with an identity in several Regions: that of the one that is worst off. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  const rank: Readonly<Record<DomainStatus, number>> = { Failed: 0, Pending: 1, Verified: 2 };
  return verdicts.reduce((worst, verdict) => (rank[verdict.status] < rank[worst.status] ? verdict : worst));
}
