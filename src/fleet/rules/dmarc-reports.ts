import { isAtOrBelow, registrableDomain } from "../../domain/names.js";
import type { SendingDomain } from "../../domain/model.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../../records/dmarc/external.js";
import type { Fleet } from "../fleet.js";
import type { Finding } from "../rule.js";

/** Reports to another organization are dropped unless its DNS says that it takes them. */
export function* externalReports(fleet: Fleet): Iterable<Finding> {
  let zones: ReadonlyMap<string, ManagedZone> | undefined;
  for (const domain of fleet.domains) {
    const told = new Set<string>();
    for (const { host, path } of destinations(domain)) {
      if (told.has(host) || !isExternalDestination(domain.domain, host)) continue;
      told.add(host);
      const { type, name, value } = reportConsentRecord(domain.domain, host);
      zones ??= managedZones(fleet.domains);
      const owner = zones.get(registrableDomain(host));
      const inFleet = owner !== undefined && isAtOrBelow(host, owner.zone);
      yield {
        rule: "dmarc-external-reports",
        domain,
        path,
        message: `\`${host}\` is another organization: without its consent in DNS, receivers drop the reports`,
        hint:
          `${inFleet ? `add to the zone \`${owner.zone}\`, which is managed here,` : `have the owner of \`${host}\` publish`} ` +
          `${type} \`${name}\` "${value}" (or once for all domains \`*._report._dmarc.${host}\`), then allow this rule`,
        ...(inFleet
          ? {
              related: [
                {
                  domain: owner.domain,
                  path: ["domain"],
                  message: `\`${owner.zone}\` is the zone of this domain`,
                },
              ],
            }
          : {}),
      };
    }
  }
}

interface ManagedZone {
  readonly zone: string;
  readonly domain: SendingDomain;
}

/** Zones of the fleet by registrable domain; where there are several below one, the highest. */
function managedZones(domains: readonly SendingDomain[]): ReadonlyMap<string, ManagedZone> {
  const zones = new Map<string, ManagedZone>();
  for (const domain of domains) {
    if (domain.dns !== "cloudflare" || !("name" in domain.zone)) continue;
    const key = registrableDomain(domain.zone.name);
    const known = zones.get(key);
    if (known === undefined || domain.zone.name.length < known.zone.length) {
      zones.set(key, { zone: domain.zone.name, domain });
    }
  }
  return zones;
}

function* destinations({ dmarc }: SendingDomain): Iterable<{ host: string; path: Finding["path"] }> {
  if (dmarc === "unmanaged") return;
  for (const key of ["aggregateReports", "failureReports"] as const) {
    for (const [index, destination] of dmarc[key].entries()) {
      const host = reportHost(destination);
      if (host !== undefined) yield { host, path: ["dmarc", key, index] };
    }
  }
}
