import type { RegionalIdentity, SendingDomain } from "../../src/domain/sending-domain.js";
import type { DmarcSettings } from "../../src/syntax/dmarc/settings.js";

export const dmarc: DmarcSettings = {
  policy: "none",
  alignment: { dkim: "relaxed", spf: "relaxed" },
  aggregateReports: ["dmarc@yourdomain.com"],
  failureReports: [],
  failureOptions: [],
  testing: false,
};

export function identity(domain: string, change: Partial<RegionalIdentity> = {}): RegionalIdentity {
  return {
    region: "us-east-1",
    dkim: { keyLength: 2048 },
    mailFrom: { domain: `mail.${domain}`, onMxFailure: "useDefaultValue" },
    spf: { include: [], all: "softfail" },
    feedbackForwarding: true,
    tags: {},
    ...change,
  };
}

/** What loading a file with only `domain:` gives. Every key is found on line 1, at a column of its own. */
export function sendingDomain(domain: string, change: Partial<SendingDomain> = {}): SendingDomain {
  const file = `domains/${domain}.yaml`;
  return {
    domain,
    file,
    dns: "cloudflare",
    zone: { name: domain.split(".").slice(-2).join(".") },
    ttl: 1800,
    identities: [identity(domain)],
    dmarc: { ...dmarc, aggregateReports: [`dmarc@${domain}`] },
    parked: false,
    tlsReports: [],
    reportConsents: [],
    protect: false,
    allow: [],
    locate: (path) => ({ file: path.length === 0 ? file : `${file}#${path.join(".")}`, line: 1, column: 1 }),
    ...change,
  };
}
