import type { SendingDomain } from "../domain/sending-domain.js";
import { recordsOf, type MailRecord } from "../kinds/index.js";

/** What `mailstack plan --json` prints: the records each domain gets, DKIM names with token placeholders. */
export interface Plan {
  readonly domains: readonly DomainPlan[];
}

export interface DomainPlan {
  readonly domain: string;
  /** Region of the domain's first identity; a parked domain has none. */
  readonly region?: string;
  /** Name of the zone, or its ID if the file gives that. */
  readonly zone: string;
  /** With their Region only if the domain has several. */
  readonly records: readonly PlannedRecord[];
}

/** What a plan shows of a record. */
export type PlannedRecord = Pick<MailRecord, "type" | "name" | "value" | "ttl" | "priority" | "purpose"> &
  Partial<Pick<MailRecord, "region" | "zone">>;

export function planDomains(domains: readonly SendingDomain[]): Plan {
  return { domains: domains.map(planDomain) };
}

function planDomain(domain: SendingDomain): DomainPlan {
  const several = domain.identities.length > 1;
  return {
    domain: domain.domain,
    ...(!domain.parked && { region: domain.identities[0].region }),
    zone: zoneLabel(domain),
    records: recordsOf(domain)
      .map(planRecord)
      .map(({ region, ...record }) => (several && region !== undefined ? { ...record, region } : record)),
  };
}

export function planRecord(record: MailRecord): PlannedRecord {
  const { type, name, value, ttl, priority, purpose, region, zone } = record;
  return {
    type,
    name,
    value,
    ttl,
    ...(priority !== undefined && { priority }),
    purpose,
    ...(region !== undefined && { region }),
    ...(zone !== undefined && { zone }),
  };
}

/** The zone as people know it: its name, or its ID if the file gives only that. */
export function zoneLabel({ zone }: SendingDomain): string {
  return "name" in zone ? zone.name : zone.id;
}
