import { expect, test } from "vitest";
import { SES_REGIONS } from "../../src/domain/regions.js";
import { dkimHostedZone, feedbackHost } from "../../src/kinds/ses-hosts.js";

/** AWS General Reference, "Amazon SES endpoints and quotas", table "DKIM domains". */
const OWN_ZONE = [
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
];

test.each(SES_REGIONS)("%s", (region) => {
  expect(dkimHostedZone(region)).toBe(
    OWN_ZONE.includes(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com",
  );
  expect(feedbackHost(region)).toBe(`feedback-smtp.${region}.amazonses.com`);
});

test("eleven Regions have a DKIM zone of their own", () => {
  expect(SES_REGIONS.filter((region) => dkimHostedZone(region) !== "dkim.amazonses.com")).toHaveLength(11);
});
