import { domainToUnicode } from "node:url";
import type { Plan } from "./plan.js";

export const zoneStatuses = ["initializing", "pending", "active", "moved"] as const;
export const zoneTypes = ["full", "partial", "secondary", "internal"] as const;

export interface Zone {
  readonly id: string;
  /** Lower case, Punycode, no trailing dot. */
  readonly name: string;
  readonly status: (typeof zoneStatuses)[number];
  readonly type: (typeof zoneTypes)[number];
  /** The proxy is off; DNS is served. */
  readonly paused: boolean;
  readonly createdOn: string;
  readonly modifiedOn: string;
  readonly activatedOn: string | null;
  readonly dnsSettings: DnsSettings;
}

/** `GET /zones/{id}/dns_settings`. Times in seconds. */
export interface DnsSettings {
  readonly flatten_all_cnames: boolean;
  readonly foundation_dns: boolean;
  readonly multi_provider: boolean;
  readonly secondary_overrides: boolean;
  readonly ns_ttl: number;
  readonly zone_mode: string;
  readonly nameservers: Readonly<Record<string, unknown>>;
  readonly internal_dns: Readonly<Record<string, unknown>>;
  readonly soa: SoaSettings;
}

export interface SoaSettings {
  readonly mname: string | null;
  readonly rname: string;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly min_ttl: number;
  readonly ttl: number;
}

export const defaultDnsSettings: DnsSettings = {
  flatten_all_cnames: false,
  foundation_dns: false,
  multi_provider: false,
  secondary_overrides: false,
  ns_ttl: 86400,
  zone_mode: "standard",
  nameservers: { type: "cloudflare.standard" },
  internal_dns: {},
  soa: {
    mname: null,
    rname: "dns.cloudflare.com",
    refresh: 10000,
    retry: 2400,
    expire: 604800,
    min_ttl: 1800,
    ttl: 3600,
  },
};

export const account = { id: "5a4d6b0c7e2f41d38c9b0a1e2d3c4b5a", name: "Sandbox" } as const;
export const nameServers = ["amy.ns.cloudflare.com", "bob.ns.cloudflare.com"] as const;

/** A zone's name is answered in Unicode, whichever way it was written; its records' names in Punycode. */
export function unicodeName({ name }: Zone): string {
  return domainToUnicode(name) || name;
}

/** The zone as the API shows it. */
export function zoneJson(zone: Zone, plan: Plan): Record<string, unknown> {
  return {
    id: zone.id,
    name: unicodeName(zone),
    status: zone.status,
    paused: zone.paused,
    type: zone.type,
    development_mode: 0,
    name_servers: nameServers,
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    created_on: zone.createdOn,
    modified_on: zone.modifiedOn,
    activated_on: zone.activatedOn,
    meta: {
      step: 2,
      custom_certificate_quota: 0,
      page_rule_quota: 3,
      phishing_detected: false,
      cdn_only: false,
      dns_only: false,
      foundation_dns: zone.dnsSettings.foundation_dns,
    },
    owner: { id: null, type: "user", email: null },
    account,
    tenant: { id: null, name: null },
    tenant_unit: { id: null },
    permissions: ["#dns_records:edit", "#dns_records:read", "#zone:read", "#zone:edit"],
    plan: {
      id: "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
      name: plan.title,
      price: 0,
      currency: "USD",
      frequency: "",
      is_subscribed: plan.name !== "free",
      can_subscribe: false,
      legacy_id: plan.name,
      legacy_discount: false,
      externally_managed: false,
    },
  };
}
