import type { SendingDomain } from "../domain/sending-domain.js";
import { hostOf } from "../publishers/index.js";
import type { ReportConsent } from "../kinds/report-consent.js";
import { isAtOrBelow, registrableDomain } from "../file/names.js";
import { isExternalDestination, reportHost } from "../syntax/dmarc/external.js";

/**
 * The domains, each with the consents that its report destinations must publish (RFC 9990 §4) and that this project
 * can publish for them, because it manages the zone of the destination.
 */
export function withReportConsents(domains: readonly SendingDomain[]): SendingDomain[] {
  const zones = managedZones(domains);
  return domains.map((domain) => {
    const reportConsents = consents(domain, zones);
    return reportConsents.length === 0 ? domain : { ...domain, reportConsents };
  });
}

/**
 * Domains of the folder that are not the stack's, one for each zone in which only the consents of its own domains are
 * published.
 */
export function consentZones(
  own: readonly SendingDomain[],
  folder: readonly SendingDomain[],
): readonly SendingDomain[] {
  const known = managedZones(own);
  const wanted = new Set(
    own
      .flatMap(({ reportConsents }) => reportConsents.map(({ zone }) => zone))
      .filter((zone) => !known.has(zone)),
  );
  return [...wanted].flatMap((name) => {
    const owner = folder.find((domain) => managedZones([domain]).has(name));
    return owner === undefined ? [] : [owner];
  });
}

function consents(domain: SendingDomain, zones: ReadonlySet<string>): ReportConsent[] {
  const hosts = new Set(reportHosts(domain));
  return [...hosts].flatMap((host) => {
    const zone = isExternalDestination(domain.domain, host) ? zoneOf(host, zones) : undefined;
    return zone === undefined ? [] : [{ host, zone }];
  });
}

function* reportHosts({ dmarc }: SendingDomain): Iterable<string> {
  if (dmarc === "unmanaged") return;
  for (const destination of [...dmarc.aggregateReports, ...dmarc.failureReports]) {
    const host = reportHost(destination);
    if (host !== undefined) yield host;
  }
}

/** A zone given by ID can't be found here: only its host knows its name. */
function managedZones(domains: readonly SendingDomain[]): ReadonlySet<string> {
  return new Set(
    domains.flatMap((domain) => {
      const { zone } = domain;
      return hostOf(domain) !== undefined && "name" in zone ? [zone.name] : [];
    }),
  );
}

/** The managed zone that contains the host's names: the closest one above it. */
function zoneOf(host: string, zones: ReadonlySet<string>): string | undefined {
  const top = registrableDomain(host);
  for (let name = host; isAtOrBelow(name, top); name = name.slice(name.indexOf(".") + 1)) {
    if (zones.has(name)) return name;
    if (name === top) return undefined;
  }
  return undefined;
}
