import type { KeyPath, SendingDomain } from "../../domain/model.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../../records/dmarc/external.js";
import type { Fleet } from "../fleet.js";
import type { Finding } from "../rule.js";

/** Reports to another organization are dropped unless its DNS says that it takes them; where that is managed here, it does. */
export function* externalReports(fleet: Fleet): Iterable<Finding> {
  for (const domain of fleet.domains) {
    const told = new Set(domain.reportConsents.map(({ host }) => host));
    for (const { host, path } of dmarcDestinations(domain)) {
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
    const tls = hostsOf(domain.tlsReports, ["tlsReports"]);
    for (const { uri, host, path } of [...dmarcDestinations(domain), ...tls]) {
      const target = byName.get(host);
      if (target?.parked !== true || !isAddress(uri)) continue;
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

interface Destination {
  readonly uri: string;
  readonly host: string;
  readonly path: KeyPath;
}

function dmarcDestinations({ dmarc }: SendingDomain): readonly Destination[] {
  if (dmarc === "unmanaged") return [];
  return (["aggregateReports", "failureReports"] as const).flatMap((key) =>
    hostsOf(dmarc[key], ["dmarc", key]),
  );
}

function hostsOf(uris: readonly string[], list: KeyPath): readonly Destination[] {
  return uris.flatMap((uri, index) => {
    const host = reportHost(uri);
    return host === undefined ? [] : [{ uri, host, path: [...list, index] }];
  });
}
