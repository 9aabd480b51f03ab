import { resolveAllow } from "./keys/allow.js";
import { resolveApexSpf } from "./keys/apex-spf.js";
import { resolveBimi } from "./keys/bimi.js";
import { configurationSetChecks } from "./keys/configuration-set.js";
import { dkimChecks, resolveDkim } from "./keys/dkim.js";
import { dmarcChecks, resolveDmarc } from "./keys/dmarc.js";
import { dnsChecks, resolveDns } from "./keys/dns.js";
import { resolveIdentity } from "./keys/identity.js";
import { mailFromChecks, resolveMailFrom } from "./keys/mail-from.js";
import { parkedChecks } from "./keys/parked.js";
import { regionalFiles, regionsChecks } from "./keys/regions.js";
import type { CrossCheck, MergedFile } from "./keys/settings.js";
import { resolveSpf } from "./keys/spf.js";
import { resolveTransport } from "./keys/transport.js";
import type { RegionalIdentity, SendingDomain } from "./model.js";

/** Every check that needs several keys, or the domain, at once. */
export const CROSS_CHECKS: readonly CrossCheck[] = [
  ...parkedChecks,
  ...regionsChecks,
  ...dnsChecks,
  ...mailFromChecks,
  ...dkimChecks,
  ...configurationSetChecks,
  ...dmarcChecks,
];

/**
 * A merged file without errors, with what it leaves out filled in.
 * @param region the one of a file without `regions`; a parked domain needs none
 */
export function resolve(
  file: MergedFile,
  region: string | undefined,
): Omit<SendingDomain, "file" | "locate"> {
  return {
    domain: file.domain,
    ...resolveDns(file),
    parked: file.settings.parked ?? false,
    identities: file.settings.parked === true ? [] : identitiesOf(file, region),
    dmarc: resolveDmarc(file),
    ...resolveApexSpf(file),
    ...resolveTransport(file),
    ...resolveBimi(file),
    reportConsents: [],
    protect: file.settings.protect ?? false,
    allow: resolveAllow(file),
  };
}

function identitiesOf(file: MergedFile, region: string | undefined): readonly RegionalIdentity[] {
  if (file.settings.regions === undefined) return region === undefined ? [] : [identityOf(file, region)];
  return regionalFiles(file).map(({ region, at, file }) => ({ ...identityOf(file, region), path: at }));
}

function identityOf(file: MergedFile, region: string): RegionalIdentity {
  return {
    region,
    dkim: resolveDkim(file),
    mailFrom: resolveMailFrom(file),
    spf: resolveSpf(file),
    ...resolveIdentity(file),
  };
}
