import { domainSettings, identitySettings, KIND_CHECKS } from "../kinds/index.js";
import { resolveAllow } from "./keys/allow.js";
import { configurationSetChecks } from "./keys/configuration-set.js";
import { dnsChecks, resolveDns } from "./keys/dns.js";
import { resolveIdentity } from "./keys/identity.js";
import { parkedChecks } from "./keys/parked.js";
import { regionalFiles, regionsChecks } from "./keys/regional.js";
import type { CrossCheck, MergedFile } from "./merged-file.js";
import type { RegionalIdentity, SendingDomain } from "./sending-domain.js";

/** Every check that needs several keys, or the domain, at once. */
export const CROSS_CHECKS: readonly CrossCheck[] = [
  ...parkedChecks,
  ...regionsChecks,
  ...dnsChecks,
  ...configurationSetChecks,
  ...KIND_CHECKS,
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
    ...domainSettings(file),
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
    ...identitySettings(file),
    ...resolveIdentity(file),
  };
}
