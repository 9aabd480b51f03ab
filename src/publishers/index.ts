import { cloudflare } from "./cloudflare.js";
import { manual } from "./manual.js";
import type { DnsHost, Publisher } from "./publisher.js";

/** Everybody who can publish a domain's records, as the key `dns` names them: the only list of them. */
export const PUBLISHERS = { cloudflare, manual } as const satisfies Readonly<Record<string, Publisher>>;

export type PublisherName = keyof typeof PUBLISHERS;

export const PUBLISHER_NAMES = Object.keys(PUBLISHERS) as [PublisherName, ...PublisherName[]];

/** Where a file names none. */
export const DEFAULT_PUBLISHER = "cloudflare" satisfies PublisherName;

export function publisherOf(name: PublisherName): Publisher {
  return PUBLISHERS[name];
}

/** The DNS host that the domain's records are published with; undefined where that is done by hand. */
export function hostOf({ dns }: { readonly dns: PublisherName }): DnsHost | undefined {
  return publisherOf(dns).host;
}
