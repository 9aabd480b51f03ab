import { worstVerdict } from "../contract/condition.js";
import { isVerified, type SesState } from "../contract/verified.js";
import { canonicalName } from "./dns/server-names.js";
import { withHistory } from "./history.js";
import type { Expected } from "./identities.js";
import type { DomainStatus, PreviousVerification, Verdict } from "../contract/stack-outputs.js";
import type { Reading } from "./ses-reading.js";
import { timestamp } from "./timestamp.js";

/** `VerificationInfo.ErrorType` of the SES API, in words. */
const ERROR_TYPES: Readonly<Record<string, string>> = {
  DNS_SERVER_ERROR: "the domain's name servers did not answer SES",
  HOST_NOT_FOUND: "SES found no such name in DNS",
  INVALID_VALUE: "SES found DKIM records with the wrong values",
  TYPE_NOT_FOUND: "SES found the names, but without CNAME records",
  SERVICE_ERROR: "SES had an internal failure and tries again",
  REPLICATION_ACCESS_DENIED: "SES is not allowed to replicate the DKIM keys of the other Region",
  REPLICATION_PRIMARY_NOT_FOUND: "the identity whose DKIM keys are replicated does not exist",
  REPLICATION_PRIMARY_INVALID_REGION: "DKIM keys can't be replicated from that Region",
  REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED: "only Easy DKIM keys can be replicated",
  REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED: "a replica can't be replicated again",
};

/** Different words for your own key, which has one record. */
const OWN_KEY_ERROR_TYPES: Readonly<Record<string, string>> = {
  ...ERROR_TYPES,
  INVALID_VALUE: "SES found a public key that doesn't match its private key",
  TYPE_NOT_FOUND: "SES found the name, but without a TXT record",
};

/** `SigningAttributesOrigin` of a key that SES did not make (BYODKIM). */
const OWN_KEY = "EXTERNAL";

const UNKNOWN = { identity: "UNKNOWN", dkim: "UNKNOWN", mailFrom: "UNKNOWN" } as const;
const NOT_STARTED = { identity: "NOT_STARTED", dkim: "NOT_STARTED", mailFrom: "NOT_STARTED" } as const;

type Found = Extract<Reading, { kind: "found" }>;

/**
 * One identity's status in the words of the earlier API. `Verified` needs the identity, DKIM and MAIL FROM.
 * `Failed` is what SES has given up on. Everything else is `Pending`, including a failed check.
 *
 * The same holds for a domain that was Verified and no longer is: `Pending` while SES still looks for what it lost,
 * `Failed` once SES has given up. `verification.decayed` distinguishes it from a new one.
 * @param before what was known of this identity, if anything was
 */
export function judge(reading: Reading, expected: Expected, before?: PreviousVerification): Verdict {
  return withHistory(judgeNow(reading, expected), reading, expected, before);
}

function judgeNow(reading: Reading, expected: Expected): Verdict {
  const { checkedAt } = reading;
  if (reading.kind === "unknown") {
    return pending({ ...UNKNOWN, checkedAt, reason: `could not be checked: ${reading.reason}` });
  }
  if (reading.kind === "absent") {
    return pending({ ...NOT_STARTED, checkedAt, reason: "SES has no such identity" });
  }
  const { identity, dkim, mailFrom, mailFromCheckedAt } = reading;
  const [status, reason] = weigh(reading, expected);
  return {
    status,
    verification: {
      identity,
      dkim,
      mailFrom,
      checkedAt,
      ...(mailFromCheckedAt !== undefined && mailFromCheckedAt !== checkedAt && { mailFromCheckedAt }),
      reason,
    },
  };
}

function pending(verification: Verdict["verification"]): Verdict {
  return { status: "Pending", verification };
}

function weigh(reading: Found, expected: Expected): [DomainStatus, string] {
  const { identity, dkim, mailFrom, mailFromDomain } = reading;
  const zone = zoneProblem(reading, expected);
  const origin = originProblem(reading, expected);
  if (identity === "FAILED" || dkim === "FAILED") {
    const revoked = reading.lastSuccessAt !== undefined;
    const what = revoked
      ? "SES no longer found the DKIM records and revoked the verification"
      : "SES gave up on the DKIM records after 72 hours";
    return ["Failed", what + because(reading, expected, origin ?? zone)];
  }
  const otherMailFrom = mailFromDomain !== undefined && !sameName(mailFromDomain, expected.mailFromDomain);
  if (mailFrom === "FAILED" && !otherMailFrom) {
    return ["Failed", `SES gave up on the MX record of ${expected.mailFromDomain} after 72 hours`];
  }
  if (origin !== undefined) return ["Pending", origin];
  const dkimDone = identity === "SUCCESS" && dkim === "SUCCESS";
  // Records that SES has found are good, whatever zone it names for new ones.
  if (!dkimDone && zone !== undefined) return ["Pending", zone];
  if (otherMailFrom) {
    return ["Pending", `SES uses the MAIL FROM domain ${mailFromDomain}, not ${expected.mailFromDomain}`];
  }
  if (isVerified(reading)) return ["Verified", "SES has verified the identity, DKIM and MAIL FROM"];
  const waiting = [
    ...(dkimDone ? [] : [`${dkimWords(reading)}${because(reading, expected)}`]),
    ...(mailFrom === "SUCCESS" ? [] : [mailFromWords(mailFrom, expected.mailFromDomain)]),
  ];
  return ["Pending", waiting.join("; ")];
}

function zoneProblem({ signingHostedZone }: Found, { dkim }: Expected): string | undefined {
  if (!("hostedZone" in dkim)) return undefined;
  if (signingHostedZone === undefined || sameName(signingHostedZone, dkim.hostedZone)) return undefined;
  return (
    `SES serves the DKIM keys from ${signingHostedZone}, but the records point to ${dkim.hostedZone}; ` +
    `set dkim.hostedZone: ${signingHostedZone}`
  );
}

/** SES signs with keys whose records are not published. */
function originProblem({ signingOrigin, tokens = [] }: Found, { dkim }: Expected): string | undefined {
  if (signingOrigin === undefined) return undefined;
  const [selector] = tokens;
  if (!("selector" in dkim)) {
    if (signingOrigin !== OWN_KEY) return undefined;
    return `SES signs with a BYODKIM key${selector === undefined ? "" : ` (selector ${selector})`}, not with Easy DKIM`;
  }
  if (signingOrigin !== OWN_KEY) {
    return `SES signs with Easy DKIM, not with the key of the selector ${dkim.selector}`;
  }
  if (selector === undefined || sameName(selector, dkim.selector)) return undefined;
  return `SES signs with the selector ${selector}, not with ${dkim.selector}`;
}

function because({ errorType }: Found, { dkim }: Expected, problem?: string): string {
  if (problem !== undefined) return `: ${problem}`;
  if (errorType === undefined) return "";
  const words = "selector" in dkim ? OWN_KEY_ERROR_TYPES : ERROR_TYPES;
  return `: ${words[errorType] ?? errorType}`;
}

function dkimWords({ identity, dkim }: Found): string {
  const state: SesState = dkim === "SUCCESS" ? identity : dkim;
  if (state === "TEMPORARY_FAILURE") {
    return "SES no longer finds the DKIM records (TEMPORARY_FAILURE) and revokes the verification unless they return";
  }
  return `SES has not verified the DKIM records (${state})`;
}

function mailFromWords(state: SesState, domain: string): string {
  switch (state) {
    case "TEMPORARY_FAILURE":
      return `SES no longer finds the MX record of ${domain} (TEMPORARY_FAILURE) and gives up 72 hours after it disappeared`;
    case "NOT_STARTED":
      return "SES has no MAIL FROM domain for the identity yet (NOT_STARTED)";
    case "UNKNOWN":
      return `the state of the MAIL FROM domain ${domain} could not be read (UNKNOWN)`;
    default:
      return `SES has not verified the MX record of ${domain} (${state})`;
  }
}

function sameName(a: string, b: string): boolean {
  return canonicalName(a) === canonicalName(b);
}

/**
 * The status of a domain: that of its identity, or with an identity in several Regions, of the one that is worst
 * off. A domain without any identity is parked.
 */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return worstVerdict(verdicts) ?? parked();
}

function parked(): Verdict {
  const states = { identity: "NONE", dkim: "NONE", mailFrom: "NONE" } as const;
  const reason = "parked: the domain sends no mail and has no SES identity";
  return { status: "Parked", verification: { ...states, checkedAt: timestamp(), reason } };
}
