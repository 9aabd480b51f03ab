import type { Inspection } from "../../src/status/inspect.js";
import type { DomainStatus, StackDomain } from "../../src/contract/stack-outputs.js";

/** A domain of the stack outputs, with a DKIM and a DMARC record. */
export function stackDomain(
  domain: string,
  status: DomainStatus = "Pending",
  checkedAt = "2026-06-18T10:00:00Z",
): StackDomain {
  const state = status === "Verified" ? "SUCCESS" : status === "Failed" ? "FAILED" : "PENDING";
  return {
    id: `id-of-${domain}`,
    domain,
    status,
    customMailFromDomain: `mail.${domain}`,
    dnsRecords: [
      {
        type: "CNAME",
        name: `abc123._domainkey.${domain}`,
        value: "abc123.dkim.amazonses.com",
        ttl: 1800,
        purpose: "DKIM",
      },
      { type: "TXT", name: `_dmarc.${domain}`, value: "v=DMARC1; p=none", ttl: 1800, purpose: "DMARC" },
    ],
    createdAt: "2026-06-18T10:00:00Z",
    region: "us-east-1",
    identityArn: `arn:aws:ses:us-east-1:000000000000:identity/${domain}`,
    verification: { identity: state, dkim: state, mailFrom: state, checkedAt, reason: "as of then" },
  };
}

/** A look that found the domain in this state; without one, a look that could not be made. */
export function inspection(
  domain: StackDomain,
  status: DomainStatus | undefined,
  checkedAt = "2026-06-18T11:00:00Z",
): Inspection {
  const seen = status === undefined ? domain : stackDomain(domain.domain, status, checkedAt);
  const report = {
    ...domain,
    status: seen.status,
    verification: status === undefined ? { ...seen.verification, reason: "throttled" } : seen.verification,
    dnsRecords: domain.dnsRecords.map((record) => ({ ...record, state: "ok" as const })),
    checked: status !== undefined,
    notes: [],
    nextStep: "",
  };
  return { report, readings: [] };
}
