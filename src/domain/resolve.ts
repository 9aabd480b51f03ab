import { resolveAllow } from "./keys/allow.js";
import { resolveDkim } from "./keys/dkim.js";
import { dmarcChecks, resolveDmarc } from "./keys/dmarc.js";
import { dnsChecks, resolveDns } from "./keys/dns.js";
import { resolveIdentity } from "./keys/identity.js";
import { mailFromChecks, resolveMailFrom } from "./keys/mail-from.js";
import type { CrossCheck, MergedFile } from "./keys/settings.js";
import { resolveSpf } from "./keys/spf.js";
import type { SendingDomain } from "./model.js";

/** Every check that needs several keys, or the domain, at once. */
export const CROSS_CHECKS: readonly CrossCheck[] = [...dnsChecks, ...mailFromChecks, ...dmarcChecks];

/** A merged file without errors, with what it leaves out filled in. */
export function resolve(file: MergedFile, region: string): Omit<SendingDomain, "file" | "locate"> {
  return {
    domain: file.domain,
    ...resolveDns(file),
    identities: [
      {
        region,
        dkim: resolveDkim(file),
        mailFrom: resolveMailFrom(file),
        spf: resolveSpf(file),
        ...resolveIdentity(file),
      },
    ],
    dmarc: resolveDmarc(file),
    protect: file.settings.protect ?? false,
    allow: resolveAllow(file),
  };
}
