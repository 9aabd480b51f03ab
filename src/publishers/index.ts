import { cloudflare } from "./cloudflare.js";
import { manual } from "./manual.js";
import type { DnsHost, Publisher, RecordedForm } from "./publisher.js";

/** Every publisher of a domain's records, under its name in the key `dns`: the only list of them. */
export const PUBLISHERS = { cloudflare, manual } as const satisfies Readonly<Record<string, Publisher>>;

export type PublisherName = keyof typeof PUBLISHERS;

export const PUBLISHER_NAMES = Object.keys(PUBLISHERS) as [PublisherName, ...PublisherName[]];

/** For files that don't name one. */
export const DEFAULT_PUBLISHER = "cloudflare" satisfies PublisherName;

const HOSTS: readonly Publisher[] = Object.values<Publisher>(PUBLISHERS).filter(
  ({ host }) => host !== undefined,
);

/** The DNS hosts as the documentation names them together. */
export const HOST_TITLES = HOSTS.map(({ title }) => title).join(" or ");

/** What the ids of their zones look like. */
export const ZONE_IDS = HOSTS.flatMap(({ host }) => host?.zoneId ?? []);

export function publisherOf(name: PublisherName): Publisher {
  return PUBLISHERS[name];
}

/** The DNS host that publishes the domain's records; undefined if they are published by hand. */
export function hostOf({ dns }: { readonly dns: PublisherName }): DnsHost | undefined {
  return publisherOf(dns).host;
}

/** How the state describes a record of this type of resource; undefined for resources that publish none. */
export function recordedForm(type: string): RecordedForm | undefined {
  return PUBLISHER_NAMES.map((name) => publisherOf(name).host?.recorded).find((form) => form?.type === type);
}
