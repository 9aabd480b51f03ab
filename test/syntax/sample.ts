import type { DomainBase } from "../../src/domain/sending-domain.js";
import type { ActiveDomain, ParkedDomain, RegionalIdentity } from "../../src/kinds/index.js";
import type { Places } from "../../src/file/places.js";
import type { ReportConsents } from "../../src/kinds/report-consent.js";
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
    retiredKeys: [],
    mailFrom: { domain: `mail.${domain}`, onMxFailure: "useDefaultValue" },
    spf: { include: [], all: "softfail" },
    feedbackForwarding: true,
    tags: {},
    ...change,
  };
}

/** What a test may set; lists of identities that it builds have no known length. */
export type Change = Partial<Omit<ActiveDomain, "parked" | "identities">> & {
  readonly identities?: readonly RegionalIdentity[];
};

/** What loading a file with only `domain:` gives. */
export function sendingDomain(domain: string, { identities, ...change }: Change = {}): ActiveDomain {
  const [first = identity(domain), ...others] = identities ?? [];
  return {
    ...whole(domain),
    dmarc: { ...dmarc, aggregateReports: [`dmarc@${domain}`] },
    parked: false,
    identities: [first, ...others],
    ...change,
  };
}

/** What `parked: true` beside it gives. */
export function parkedDomain(domain: string, change: Partial<ParkedDomain> = {}): ParkedDomain {
  return {
    ...whole(domain),
    dmarc: { ...dmarc, policy: "reject", aggregateReports: [] },
    parked: true,
    identities: [],
    ...change,
  };
}

function whole(domain: string): Omit<DomainBase, "parked"> & ReportConsents {
  const file = `domains/${domain}.yaml`;
  return {
    domain,
    file,
    dns: "cloudflare",
    zone: { name: domain.split(".").slice(-2).join(".") },
    ttl: 1800,
    reportConsents: [],
    protect: false,
    allow: [],
    places: place(file, {
      zone: place(`${file}#zone`),
      mailFrom: place(`${file}#mailFrom`, { subdomain: place(`${file}#mailFrom.subdomain`) }),
    }),
  };
}

/** A key that is found in a file of its own name. */
export function place(file: string, map: Places["map"] = {}): Places {
  const key = { file, line: 1, column: 1 };
  return { key, value: key, map };
}
