import { createHash } from "node:crypto";
import { errors } from "./errors.js";
import type { DnsRecord, MailProduct } from "./record.js";
import type { Body, RecordChanges } from "./records-api.js";
import { recordName } from "./names.js";
import type { Store } from "./store.js";
import type { Zone } from "./zone.js";

/** Any RSA key: the products' selectors only have to exist. */
const KEY = "v=DKIM1; h=sha256; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsandbox";
const SPF = "v=spf1 include:_spf.mx.cloudflare.net ~all";

/** The priorities are the zone's own; the documentation promises none. */
const mx = (name: string): Body[] =>
  [63, 25, 12].map((priority, index) => ({
    type: "MX",
    name,
    content: `route${index + 1}.mx.cloudflare.net`,
    priority,
    ttl: 1,
  }));

const txt = (name: string, content: string): Body => ({ type: "TXT", name, content: `"${content}"`, ttl: 1 });

/** The records of Cloudflare's documentation, Email Service, domain configuration. */
const RECORDS: Readonly<Record<MailProduct, (name: string) => Body[]>> = {
  email_routing: (name) => [...mx(name), txt(name, SPF), txt(`cf2024-1._domainkey.${name}`, KEY)],
  email_sending: (name) => [
    ...mx(`cf-bounce.${name}`),
    txt(`cf-bounce.${name}`, SPF),
    txt(`cf-bounce._domainkey.${name}`, KEY),
    txt(`_dmarc.${name}`, "v=DMARC1; p=reject;"),
  ],
};

/** Publishes and locks a product's records for a name of the zone. A DMARC record that exists stays as it is. */
export function switchOn(changes: RecordChanges, product: MailProduct, name: unknown): string {
  const canonical = recordName(name ?? "@", changes.zone.name);
  const taken = changes.store
    .recordsAt(changes.zone.id, `_dmarc.${canonical}`)
    .some(({ type }) => type === "TXT");
  for (const record of RECORDS[product](canonical)) {
    if (taken && record["name"] === `_dmarc.${canonical}`) continue;
    changes.createOwned(record, { product, name: canonical });
  }
  changes.commit();
  return canonical;
}

/** Deletes what a product published, for one name or for all of the zone. */
export function switchOff(changes: RecordChanges, product: MailProduct, name?: string): void {
  for (const record of ownedBy(changes.store, changes.zone, product)) {
    if (name === undefined || record.owner?.name === name) changes.deleteOwned(record.id);
  }
  changes.commit();
}

/** The records stay, and anybody may change them from now on. */
export function unlock(changes: RecordChanges, product: MailProduct): void {
  for (const record of ownedBy(changes.store, changes.zone, product)) changes.release(record.id);
  changes.commit();
}

export function ownedBy(store: Store, zone: Zone, product: MailProduct): DnsRecord[] {
  return [...store.records(zone.id).values()].filter(({ owner }) => owner?.product === product);
}

/** A subdomain of Email Sending as the API shows it. */
export function sendingSubdomain(name: string): Record<string, unknown> {
  return {
    tag: subdomainTag(name),
    name,
    enabled: true,
    dkim_selector: "cf-bounce",
    return_path_domain: `cf-bounce.${name}`,
  };
}

export function sendingSubdomains(store: Store, zone: Zone): string[] {
  return [...new Set(ownedBy(store, zone, "email_sending").map(({ owner }) => owner!.name))].sort();
}

/** @throws ApiError 81044 if nothing sends with that id */
export function subdomainNamed(store: Store, zone: Zone, tag: string): string {
  const name = sendingSubdomains(store, zone).find((candidate) => subdomainTag(candidate) === tag);
  if (name === undefined) throw errors.recordNotFound();
  return name;
}

function subdomainTag(name: string): string {
  return createHash("sha256").update(`sending ${name}`).digest("hex").slice(0, 32);
}
