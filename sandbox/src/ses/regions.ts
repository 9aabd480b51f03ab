/** Regions where Amazon SES has an API endpoint (SES API v2, `DkimSigningAttributesOrigin`). */
export const regions: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
]);

const regionalDkimZones: ReadonlySet<string> = new Set([
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
]);

/** Zone that serves the Easy DKIM keys of a Region (AWS General Reference, "DKIM domains"). */
export function dkimHostedZone(region: string): string {
  return regionalDkimZones.has(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com";
}

/** Exchange of the MX record that a custom MAIL FROM domain needs (Developer Guide, "mail-from"). */
export function feedbackExchange(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

/** `us-east-1` → `AWS_SES_US_EAST_1`, as `DkimSigningAttributesOrigin` spells the parent Region. */
export function replicationOrigin(region: string): string {
  return `AWS_SES_${region.toUpperCase().replaceAll("-", "_")}`;
}

const regionByOrigin = new Map([...regions].map((region) => [replicationOrigin(region), region]));

/** The parent Region of a Deterministic Easy DKIM origin; undefined for `AWS_SES`, `EXTERNAL` and unknown values. */
export function parentRegion(origin: string): string | undefined {
  return regionByOrigin.get(origin);
}

export function partition(region: string): string {
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
