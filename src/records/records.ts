import type { RegionalIdentity, SendingDomain } from "../domain/model.js";
import { dmarcValue } from "./dmarc/build.js";
import type { MailRecord } from "./model.js";
import { dkimHostedZone, feedbackHost } from "./regions.js";
import { spfValue } from "./spf/build.js";

/** What stands for the DKIM tokens until SES has chosen them; an Easy DKIM identity always has three. */
export const DKIM_TOKEN_PLACEHOLDERS = ["{token1}", "{token2}", "{token3}"] as const;

/** SES wants exactly one MX on a MAIL FROM name; its documentation gives it preference 10. */
const FEEDBACK_PREFERENCE = 10;

/**
 * Every DNS record of the domain: for each Region three DKIM CNAMEs, the MAIL FROM MX and its SPF TXT, in the
 * order of the file, and last the one DMARC TXT, unless another system owns it.
 */
export function domainRecords(domain: SendingDomain): MailRecord[] {
  const records = domain.identities.flatMap((identity) => identityRecords(domain, identity));
  const dmarc = dmarcRecord(domain);
  return dmarc === undefined ? records : [...records, dmarc];
}

function identityRecords(domain: SendingDomain, identity: RegionalIdentity): MailRecord[] {
  return [
    ...DKIM_TOKEN_PLACEHOLDERS.map((token) => dkimRecord(domain, identity, token)),
    mailFromRecord(domain, identity),
    spfRecord(domain, identity),
  ];
}

/** CNAME target suffix of an identity's DKIM keys: the file's, else the Region's. */
export function identityHostedZone(identity: RegionalIdentity): string {
  return identity.dkim.hostedZone ?? dkimHostedZone(identity.region);
}

/**
 * Easy DKIM CNAME for one token (SES Developer Guide, "Easy DKIM"). `hostedZone` is for callers that know
 * better than the file and the table, from the API's `SigningHostedZone`.
 */
export function dkimRecord(
  domain: SendingDomain,
  identity: RegionalIdentity,
  token: string,
  hostedZone: string = identityHostedZone(identity),
): MailRecord {
  return {
    type: "CNAME",
    name: `${token}._domainkey.${domain.domain}`,
    value: `${token}.${hostedZone}`,
    ttl: domain.ttl,
    purpose: "DKIM",
    region: identity.region,
  };
}

/** MX that brings bounces and complaints of the custom MAIL FROM domain back to SES. */
export function mailFromRecord(domain: SendingDomain, identity: RegionalIdentity): MailRecord {
  return {
    type: "MX",
    name: identity.mailFrom.domain,
    value: `${FEEDBACK_PREFERENCE} ${feedbackHost(identity.region)}`,
    ttl: domain.ttl,
    priority: FEEDBACK_PREFERENCE,
    purpose: "MAIL FROM",
    region: identity.region,
  };
}

/** SPF of the custom MAIL FROM domain: that name, not the From domain, is what receivers check (RFC 7208 §2.4). */
export function spfRecord(domain: SendingDomain, identity: RegionalIdentity): MailRecord {
  return {
    type: "TXT",
    name: identity.mailFrom.domain,
    value: spfValue(identity.spf),
    ttl: domain.ttl,
    purpose: "SPF",
    region: identity.region,
  };
}

/** DMARC policy record of the domain, or undefined when the file leaves it to another system. */
export function dmarcRecord(domain: SendingDomain): MailRecord | undefined {
  if (domain.dmarc === "unmanaged") return undefined;
  return {
    type: "TXT",
    name: `_dmarc.${domain.domain}`,
    value: dmarcValue(domain.dmarc),
    ttl: domain.ttl,
    purpose: "DMARC",
  };
}
