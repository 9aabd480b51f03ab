/**
 * The Regions that offer the Amazon SES API v2, from the SES v2 API model. SES is not available in the
 * China partition.
 */
export const SES_REGIONS = [
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
] as const;

export type SesRegion = (typeof SES_REGIONS)[number];

const known: ReadonlySet<string> = new Set(SES_REGIONS);

export function isSesRegion(region: string): region is SesRegion {
  return known.has(region);
}
