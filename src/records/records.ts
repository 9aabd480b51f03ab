import type { OwnDkim, RegionalIdentity, SendingDomain } from "../domain/model.js";
import { apexRecords } from "./apex.js";
import { consentRecord } from "./dmarc/external.js";
import type { MailRecord } from "./model.js";
import { dkimHostedZone, feedbackHost } from "./regions.js";
import { resourceNames } from "./resource-names.js";
import { spfValue } from "./spf/build.js";

/** What stands for the DKIM tokens until SES has chosen them; an Easy DKIM identity always has three. */
export const DKIM_TOKEN_PLACEHOLDERS = ["{token1}", "{token2}", "{token3}"] as const;

/** What stands for the public half of a domain's own DKIM key: only the stack's configuration knows the key. */
export const PUBLIC_KEY_PLACEHOLDER = "{public key}";

/** SES wants exactly one MX on a MAIL FROM name; its documentation gives it preference 10. */
const FEEDBACK_PREFERENCE = 10;

/** A record, and the name of the stack's resource that publishes it. */
export interface NamedRecord {
  readonly resource: string;
  readonly record: MailRecord;
}

/**
 * Every DNS record of the domain: the TXT records of its own DKIM keys, for each Region three DKIM CNAMEs unless it
 * uses such a key, the MAIL FROM MX and its SPF TXT, in the order of the file, and then those of the domain as a whole
 * and the consents to take its reports.
 */
export function domainRecords(domain: SendingDomain): MailRecord[] {
  return namedRecords(domain).map(({ record }) => record);
}

/** The same, each with the name of its resource. */
export function namedRecords(domain: SendingDomain): NamedRecord[] {
  const name = domain.domain;
  return [
    ...ownKeys(domain).map((dkim) => ({
      resource: resourceNames.dkimKey(name, dkim.selector),
      record: ownKeyRecord(domain, dkim),
    })),
    ...domain.identities.flatMap((identity) => identityRecords(domain, identity)),
    ...apexRecords(domain).map(({ role, record }) => ({ resource: resourceNames.apex(name, role), record })),
    ...domain.reportConsents.map((consent) => ({
      resource: resourceNames.reportConsent(name, consent.host),
      record: consentRecord(domain, consent),
    })),
  ];
}

function identityRecords(domain: SendingDomain, identity: RegionalIdentity): NamedRecord[] {
  const { region, mailFrom, dkim } = identity;
  const tokens = "selector" in dkim ? [] : DKIM_TOKEN_PLACEHOLDERS;
  return [
    ...tokens.map((token, index) => ({
      resource: resourceNames.dkim(domain.domain, region, index + 1),
      record: dkimRecord(domain, identity, token),
    })),
    {
      resource: resourceNames.mailFromMx(domain.domain, mailFrom.domain),
      record: mailFromRecord(domain, identity),
    },
    {
      resource: resourceNames.mailFromSpf(domain.domain, mailFrom.domain),
      record: spfRecord(domain, identity),
    },
  ];
}

/** The domain's own DKIM keys, once for each selector: Regions that sign with the same key share its record. */
export function ownKeys({ identities }: SendingDomain): OwnDkim[] {
  const keys = identities.flatMap(({ dkim }) => ("selector" in dkim ? [dkim] : []));
  return keys.filter((key, index) => keys.findIndex(({ selector }) => selector === key.selector) === index);
}

/**
 * TXT record of a domain's own DKIM key (RFC 6376 §3.6.1).
 * @param publicKey base64 of the SubjectPublicKeyInfo
 */
export function ownKeyRecord(
  domain: SendingDomain,
  { selector }: OwnDkim,
  publicKey: string = PUBLIC_KEY_PLACEHOLDER,
): MailRecord {
  return {
    type: "TXT",
    name: `${selector}._domainkey.${domain.domain}`,
    value: `v=DKIM1; k=rsa; p=${publicKey}`,
    ttl: domain.ttl,
    purpose: "DKIM",
  };
}

/** CNAME target suffix of an identity's Easy DKIM keys: the file's, else the Region's. */
export function identityHostedZone({ dkim, region }: RegionalIdentity): string {
  return ("hostedZone" in dkim ? dkim.hostedZone : undefined) ?? dkimHostedZone(region);
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
