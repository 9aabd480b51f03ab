import type { PublisherName } from "../publishers/index.js";
import { domainToUnicode } from "node:url";
import { stringify } from "yaml";

/** What `mailstack add` can put into a domain file; a key that is left out follows the defaults. */
export interface DomainFileSettings {
  /** Canonical name. */
  readonly domain: string;
  readonly region?: string;
  readonly dns?: PublisherName;
  readonly zone?: string;
  readonly ttl?: number;
  /** Subdomain of the custom MAIL FROM name. */
  readonly mailFrom?: string;
  readonly dmarc?: "none" | "quarantine" | "reject" | "unmanaged";
  readonly rua?: readonly string[];
  readonly configurationSet?: string;
  readonly protect?: boolean;
}

/** Text of a domain file with exactly the keys that were asked for. */
export function domainFileText(settings: DomainFileSettings): string {
  const { domain, region, dns, zone, ttl, mailFrom, dmarc, rua, configurationSet, protect } = settings;
  const unicode = domainToUnicode(domain);
  const policy = {
    ...(dmarc === undefined ? {} : { policy: dmarc }),
    ...(rua === undefined ? {} : { aggregateReports: rua }),
  };
  const content = {
    domain,
    region,
    dns,
    zone,
    ttl,
    mailFrom: mailFrom === undefined ? undefined : { subdomain: mailFrom },
    dmarc: dmarc === "unmanaged" ? dmarc : Object.keys(policy).length > 0 ? policy : undefined,
    configurationSet,
    protect,
  };
  const comment = unicode !== domain && unicode !== "" ? `# ${unicode}\n` : "";
  return comment + stringify(content, { lineWidth: 0 });
}
