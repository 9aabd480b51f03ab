import type { StackDomain } from "../../src/contract/stack-outputs.js";
import type { DomainReport } from "../../src/status/domain-report.js";

export const checkedAt = "2026-06-18T10:00:00Z";
const TOKENS = ["aaa", "bbb", "ccc"];

/** A domain of the stack outputs, in one Region. */
export function stackDomain(domain: string, change: Partial<StackDomain> = {}): StackDomain {
  const ttl = 1800;
  return {
    id: `id-of-${domain}`,
    domain,
    status: "Verified",
    customMailFromDomain: `mail.${domain}`,
    dnsRecords: [
      ...TOKENS.map((token) => ({
        type: "CNAME" as const,
        name: `${token}._domainkey.${domain}`,
        value: `${token}.dkim.amazonses.com`,
        ttl,
        purpose: "DKIM" as const,
      })),
      {
        type: "MX",
        name: `mail.${domain}`,
        value: "10 feedback-smtp.us-east-1.amazonses.com",
        ttl,
        purpose: "MAIL FROM",
      },
      {
        type: "TXT",
        name: `mail.${domain}`,
        value: "v=spf1 include:amazonses.com ~all",
        ttl,
        purpose: "SPF",
      },
      { type: "TXT", name: `_dmarc.${domain}`, value: "v=DMARC1; p=none", ttl, purpose: "DMARC" },
    ],
    createdAt: checkedAt,
    region: "us-east-1",
    identityArn: `arn:aws:ses:us-east-1:000000000000:identity/${domain}`,
    verification: {
      identity: "SUCCESS",
      dkim: "SUCCESS",
      mailFrom: "SUCCESS",
      checkedAt,
      reason: "all is well",
    },
    ...change,
  };
}

/** A report of a domain that is well. */
export function wellReport(domain: string, change: Partial<DomainReport> = {}): DomainReport {
  const { dnsRecords, ...rest } = stackDomain(domain);
  return {
    ...rest,
    dnsRecords: dnsRecords.map((record) => ({ ...record, state: "ok" as const })),
    checked: true,
    notes: [],
    nextStep: "",
    ...change,
  };
}

/** The report with the records of one purpose in another state. */
export function withRecords(
  report: DomainReport,
  purpose: DomainReport["dnsRecords"][number]["purpose"],
  change: Partial<DomainReport["dnsRecords"][number]>,
): DomainReport {
  return {
    ...report,
    dnsRecords: report.dnsRecords.map((record) =>
      record.purpose === purpose ? { ...record, ...change } : record,
    ),
  };
}
