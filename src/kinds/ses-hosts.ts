import type { SesRegion } from "../domain/regions.js";

/**
 * The names that Amazon SES needs DNS to point to, by Region. For DKIM, the API's own answer, `SigningHostedZone` of
 * GetEmailIdentity, is authoritative; this table is used until there is one.
 */

const DEFAULT_DKIM_ZONE = "dkim.amazonses.com";

/**
 * Regions whose DKIM keys are in `dkim.<region>.amazonses.com` instead of the shared zone.
 * Source: AWS General Reference, "Amazon SES endpoints and quotas", table "DKIM domains".
 */
const REGIONAL_DKIM_ZONE: ReadonlySet<string> = new Set<string>([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
] satisfies SesRegion[]);

/** Suffix of the target of an Easy DKIM CNAME: `<token>._domainkey.<domain>` → `<token>.<suffix>`. */
export function dkimHostedZone(region: string): string {
  return REGIONAL_DKIM_ZONE.has(region) ? `dkim.${region}.amazonses.com` : DEFAULT_DKIM_ZONE;
}

/** Host that receives bounces and complaints for a custom MAIL FROM domain (SES Developer Guide, "mail-from"). */
export function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}
