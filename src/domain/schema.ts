import { z } from "zod";
import { DOMAIN_KEYS, IDENTITY_KEYS } from "../kinds/index.js";
import { allowKeys } from "./keys/allow.js";
import { dnsKeys } from "./keys/dns.js";
import { domainKey } from "./keys/domain.js";
import { identityKeys, protectKey, regionKey } from "./keys/identity.js";
import { parkedKey } from "./keys/parked.js";
import { regionsKeys } from "./keys/regional.js";

/**
 * The keys of a domain file in the order in which the documentation lists them. The schema has no
 * transformations and fills in no defaults: a file is checked as written, merged with
 * `_defaults.yaml`, and only then resolved.
 */
const settings = {
  ...regionKey,
  ...regionsKeys,
  ...identityKeys,
  ...protectKey,
  ...parkedKey,
  ...dnsKeys,
  ...IDENTITY_KEYS,
  ...DOMAIN_KEYS,
  ...allowKeys,
};

/** `_defaults.yaml`: any key but `domain`. */
export const defaultsSchema = z.strictObject(settings).meta({
  title: "MailStack defaults",
  description:
    "Settings shared by the domain files in this folder. A domain file overrides them key by key, lists as a whole.",
});

/** A domain file, e.g. `domains/yourdomain.com.yaml`. */
export const domainSchema = z.strictObject({ ...domainKey, ...settings }).meta({
  title: "MailStack sending domain",
  description: "One sending domain: its Amazon SES identity and the DNS records that authenticate its mail.",
  examples: [{ domain: "yourdomain.com" }],
});

export type DomainSettings = z.input<typeof defaultsSchema>;
