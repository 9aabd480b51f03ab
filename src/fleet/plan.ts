import type { SendingDomain } from "../domain/model.js";
import type { MailRecord } from "../records/model.js";
import { domainRecords } from "../records/records.js";

/** What `mailstack plan --json` prints: the records each domain gets, DKIM names with token placeholders. */
export interface Plan {
  readonly domains: readonly DomainPlan[];
}

export interface DomainPlan {
  readonly domain: string;
  /** Region of the domain's first identity; a parked domain has none. */
  readonly region?: string;
  /** Name of the Cloudflare zone, or its id where the file gives that. */
  readonly zone: string;
  /** With their Region only where the domain lives in several. */
  readonly records: readonly MailRecord[];
}

export function planDomains(domains: readonly SendingDomain[]): Plan {
  return { domains: domains.map(planDomain) };
}

function planDomain(domain: SendingDomain): DomainPlan {
  const records = domainRecords(domain);
  return {
    domain: domain.domain,
    ...(domain.identities[0] !== undefined && { region: domain.identities[0].region }),
    zone: zoneLabel(domain),
    records: domain.identities.length > 1 ? records : records.map(({ region: _region, ...record }) => record),
  };
}

/** The zone as people know it: its name, or its id where that is all the file says. */
export function zoneLabel({ zone }: SendingDomain): string {
  return "name" in zone ? zone.name : zone.id;
}
