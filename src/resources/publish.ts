import { output } from "@pulumi/pulumi/output.js";
import type { Input } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions, Resource } from "@pulumi/pulumi/resource.js";
import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import type { MailRecord } from "../kinds/index.js";
import { toTxtContent } from "../records/txt.js";
import type { LiveRecord } from "./sending-domain.js";

/** Publishes a record in a Cloudflare zone; nothing, where there is none. */
export function publishRecord(
  zoneId: string | undefined,
  { resource, type, ttl }: MailRecord,
  live: LiveRecord,
  options: CustomResourceOptions,
): Resource[] {
  if (zoneId === undefined) return [];
  return [
    new DnsRecord(
      resource,
      { zoneId, type, name: live.name, ttl, proxied: false, ...content(live) },
      // A record of another type can't be created beside the one it takes the place of (81053, 81054).
      { ...options, deleteBeforeReplace: true },
    ),
  ];
}

/** Value as Cloudflare stores it: TXT in quoted strings, the preference of an MX beside its host. */
function content({ type, value, priority }: LiveRecord): {
  content: Input<string>;
  priority?: Input<number>;
} {
  switch (type) {
    case "TXT":
      return { content: output(value).apply(toTxtContent) };
    case "MX":
      return {
        content: output(value).apply((mx) => mx.slice(mx.indexOf(" ") + 1)),
        priority: priority as number,
      };
    default:
      return { content: value };
  }
}
