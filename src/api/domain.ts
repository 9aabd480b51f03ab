import type { DomainStatus } from "../status/reading.js";
import type { StackDomain } from "../status/report.js";

/** A domain as the API's answers show it: these fields, in this order, and no others. */
export interface ApiDomain {
  /** UUID, stable for as long as the domain's name is. */
  readonly id: string;
  readonly domain: string;
  readonly status: Exclude<DomainStatus, "Parked">;
  readonly customMailFromDomain: string;
  readonly dnsRecords: readonly ApiRecord[];
  /** RFC 3339. */
  readonly createdAt: string;
}

export interface ApiRecord {
  readonly type: "CNAME" | "MX" | "TXT";
  readonly name: string;
  /** TXT unquoted in one piece, MX as `10 host`. */
  readonly value: string;
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
  readonly purpose: ApiPurpose;
}

/** The purposes that the API knows. Others, such as DMARC, gate nothing and would be news to its clients. */
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
