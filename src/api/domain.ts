import type { DomainStatus, StackDomain, StackRecord } from "../contract/stack-outputs.js";

/** A domain as the API's answers show it: these fields, in this order, and no others. */
export interface ApiDomain extends Pick<StackDomain, "id" | "domain" | "createdAt"> {
  readonly status: Exclude<DomainStatus, "Parked">;
  readonly customMailFromDomain: string;
  readonly dnsRecords: readonly ApiRecord[];
}

export interface ApiRecord extends Pick<StackRecord, "type" | "name" | "value" | "ttl"> {
  readonly purpose: ApiPurpose;
}

/** The purposes that the API knows. Others, such as DMARC, gate nothing, and its clients don't know them. */
const PURPOSES = ["DKIM", "MAIL FROM", "SPF"] as const;

type ApiPurpose = (typeof PURPOSES)[number];

/** Undefined for a parked domain: the API knows only domains that send. */
export function toApiDomain(domain: StackDomain): ApiDomain | undefined {
  const { id, status, customMailFromDomain, createdAt } = domain;
  if (status === "Parked" || customMailFromDomain === undefined) return undefined;
  const dnsRecords = domain.dnsRecords.flatMap(({ type, name, value, ttl, purpose }) =>
    isApiPurpose(purpose) ? [{ type, name, value, ttl, purpose }] : [],
  );
  return { id, domain: domain.domain, status, customMailFromDomain, dnsRecords, createdAt };
}

function isApiPurpose(purpose: string): purpose is ApiPurpose {
  return (PURPOSES as readonly string[]).includes(purpose);
}
