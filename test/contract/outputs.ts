import { readFileSync } from "node:fs";

/** The outputs as the first version wrote them, as `pulumi stack output --json` prints them. */
export const firstVersion = JSON.parse(
  readFileSync(new URL("first-version.json", import.meta.url), "utf8"),
) as { domains: Record<string, object>; summary: object };

const verification = {
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  checkedAt: "2026-06-18T10:05:00Z",
  reason: "SES has verified the identity, DKIM and MAIL FROM",
} as const;

/** The domain of the design's example, with what it may have beside. */
export const fullDomain = {
  id: "7d7f4d3c-9f0a-5b3e-8a3e-0d8f4f0f2a11",
  domain: "yourdomain.com",
  status: "Verified",
  customMailFromDomain: "mail.yourdomain.com",
  dnsRecords: [
    {
      type: "MX",
      name: "mail.yourdomain.com",
      value: "10 feedback-smtp.us-east-1.amazonses.com",
      ttl: 1800,
      purpose: "MAIL FROM",
    },
  ],
  createdAt: "2026-06-18T10:00:00Z",
  region: "us-east-1",
  identityArn: "arn:aws:ses:us-east-1:123456789012:identity/yourdomain.com",
  verification,
  dns: "manual",
  regions: {
    "us-east-1": { status: "Verified", verification, configurationSet: "transactional" },
    "eu-west-1": {
      status: "Pending",
      verification: { ...verification, dkim: "PENDING" },
      customMailFromDomain: "mail-eu.yourdomain.com",
      identityArn: "arn:aws:ses:eu-west-1:123456789012:identity/yourdomain.com",
    },
  },
  allow: [{ rule: "dmarc-strict-spf-alignment", reason: "DKIM carries alignment, agreed with security" }],
  configurationSet: "transactional",
  configurationSetCreated: true,
  foreignReports: { aggregateReports: ["mailto:reports@example.net"], failureReports: [] },
} as const;
