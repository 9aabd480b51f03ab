import {
  domainSettings,
  identitySettings,
  KIND_CHECKS,
  parkedSettings,
  type ActiveDomain,
} from "../kinds/index.js";
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
 * @param region that of a domain that sends, if its file has no `regions`
 */
export function resolve(
  file: MergedFile,
  region: string | undefined,
  source: Pick<SendingDomain, "file" | "places">,
): SendingDomain {
  const common = {
    domain: file.domain,
    ...source,
    ...resolveDns(file),
    protect: file.settings.protect ?? false,
    allow: resolveAllow(file),
  };
  return file.settings.parked === true
    ? { ...common, ...parkedSettings(file), parked: true, identities: [] }
    : { ...common, ...domainSettings(file), parked: false, identities: identitiesOf(file, region) };
}

function identitiesOf(file: MergedFile, region: string | undefined): ActiveDomain["identities"] {
  const [first, ...others] = regionalFiles(file).map(({ region, at, file }) => ({
    ...identityOf(file, region),
    path: at,
  }));
  return first === undefined ? [identityOf(file, region!)] : [first, ...others];
}

function identityOf(file: MergedFile, region: string): RegionalIdentity {
  return {
    region,
    ...identitySettings(file),
    ...resolveIdentity(file),
  };
}
