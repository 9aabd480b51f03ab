import type { SendingDomain } from "../../domain/model.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../../records/dmarc/external.js";
import type { Fleet } from "../fleet.js";
import type { Finding } from "../rule.js";

/** Reports to another organization are dropped unless its DNS says that it takes them; where that is managed here, it does. */
export function* externalReports(fleet: Fleet): Iterable<Finding> {
  for (const domain of fleet.domains) {
    const told = new Set(domain.reportConsents.map(({ host }) => host));
    for (const { host, path } of destinations(domain)) {
      if (told.has(host) || !isExternalDestination(domain.domain, host)) continue;
      told.add(host);
      const { type, name, value } = reportConsentRecord(domain.domain, host);
      yield {
        rule: "dmarc-external-reports",
        domain,
        path,
        message: `\`${host}\` is another organization: without its consent in DNS, receivers drop the reports`,
        hint: `have the owner of \`${host}\` publish ${type} \`${name}\` "${value}" (or once for all domains \`*._report._dmarc.${host}\`), then allow this rule`,
      };
    }
  }
}

/** A parked domain has a null MX: nothing that is sent to it arrives. */
export function* reportsToParked({ domains, byName }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    for (const { host, path } of destinations(domain, isAddress)) {
      const target = byName.get(host);
      if (target?.parked !== true) continue;
      yield {
        rule: "reports-to-parked-domain",
        domain,
        path,
        message: `\`${host}\` is parked and takes no mail: these reports are lost`,
        hint: "write an address at a domain that takes mail",
        related: [{ domain: target, path: ["parked"], message: `\`${host}\` is parked here` }],
      };
    }
  }
}

/** Not an `https:` destination, which takes reports without mail. */
function isAddress(destination: string): boolean {
  return !/^https:/i.test(destination);
}

function* destinations(
  { dmarc }: SendingDomain,
  wanted: (destination: string) => boolean = () => true,
): Iterable<{ host: string; path: Finding["path"] }> {
  if (dmarc === "unmanaged") return;
  for (const key of ["aggregateReports", "failureReports"] as const) {
    for (const [index, destination] of dmarc[key].entries()) {
      const host = wanted(destination) ? reportHost(destination) : undefined;
      if (host !== undefined) yield { host, path: ["dmarc", key, index] };
    }
  }
}
