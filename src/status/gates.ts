import type { Gate, SesState } from "../contract/verified.js";
import { canonicalName } from "./dns/server-names.js";
import type { Expected } from "./identities.js";
import type { Found } from "./ses-reading.js";

/** How SES stands to the records of one gate; nothing of it is there where it has verified them. */
export interface Standing {
  /** Why SES has given up on them. */
  readonly failed?: string | undefined;
  /** That SES is set up for other records than the published ones. */
  readonly others?: string | undefined;
  /** What SES is still looking for. */
  readonly waiting?: string | undefined;
  /** Present if SES itself shows that it had verified them and no longer sees them; with the time (RFC 3339), if known. */
  readonly lost?: { readonly lastSuccessAt?: string } | undefined;
}

const STANDINGS = { DKIM: dkimStanding, "MAIL FROM": mailFromStanding } as const;

export function standingOf(gate: Gate, reading: Found, expected: Expected): Standing {
  return STANDINGS[gate](reading, expected);
}

function dkimStanding(reading: Found, expected: Expected): Standing {
  const { identity, dkim, lastSuccessAt } = reading;
  const done = isDkimDone(reading);
  const zone = zoneProblem(reading, expected);
  const origin = originProblem(reading, expected);
  const failed = identity === "FAILED" || dkim === "FAILED";
  const vanished = [identity, dkim].includes("TEMPORARY_FAILURE");
  // While SES looks for new keys of a domain that may still send, nothing is lost.
  const revoked = lastSuccessAt !== undefined && (identity !== "SUCCESS" || dkim === "FAILED");
  return {
    failed: failed
      ? (lastSuccessAt !== undefined
          ? "SES no longer found the DKIM records and revoked the verification"
          : "SES gave up on the DKIM records after 72 hours") + because(reading, expected, origin ?? zone)
      : undefined,
    // Records that SES has found are good, whatever zone it names for new ones.
    others: origin ?? (done ? undefined : zone),
    waiting: done ? undefined : dkimWords(reading) + because(reading, expected),
    lost: vanished || revoked ? { ...(lastSuccessAt !== undefined && { lastSuccessAt }) } : undefined,
  };
}

function isDkimDone({ identity, dkim }: Found): boolean {
  return identity === "SUCCESS" && dkim === "SUCCESS";
}

function mailFromStanding(reading: Found, expected: Expected): Standing {
  const { mailFrom, mailFromDomain } = reading;
  const ours = expected.mailFromDomain;
  const other = mailFromDomain !== undefined && !sameName(mailFromDomain, ours) ? mailFromDomain : undefined;
  return {
    failed:
      mailFrom === "FAILED" && other === undefined
        ? `SES gave up on the MX record of ${ours} after 72 hours`
        : undefined,
    others: other === undefined ? undefined : `SES uses the MAIL FROM domain ${other}, not ${ours}`,
    waiting: mailFrom === "SUCCESS" ? undefined : mailFromWords(mailFrom, ours),
    // An identity that waits for DKIM may never have been verified.
    lost: mailFrom === "TEMPORARY_FAILURE" && isDkimDone(reading) ? {} : undefined,
  };
}

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
