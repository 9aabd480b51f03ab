import type { SendingDomain } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../syntax/dmarc/external.js";
import { isReportProcessor } from "../syntax/dmarc/report-processors.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/** Another organization's host that receives DMARC reports, and whose consent is not published here. */
export interface ExternalDestination {
  readonly host: string;
  readonly path: KeyPath;
  /** Whether it is known to publish the consent itself. */
  readonly known: boolean;
}

/** Each such host once, at its first destination. */
export function externalDestinations(domain: SendingDomain): ExternalDestination[] {
  const told = new Set(domain.reportConsents.map(({ host }) => host));
  return dmarcDestinations(domain).flatMap(({ host, path }) => {
    if (told.has(host) || !isExternalDestination(domain.domain, host)) return [];
    told.add(host);
    return [{ host, path, known: isReportProcessor(host) }];
  });
}

/** Reports to another organization are dropped unless its DNS publishes consent; if that DNS is managed here, it does. */
export function* externalReports({ domains }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    for (const destination of externalDestinations(domain)) {
      if (!destination.known) yield externalReportsFinding(domain, destination, "unknown");
    }
  }
}

/** @param consent what DNS says: there is none, or it is not known */
export function externalReportsFinding(
  domain: SendingDomain,
  { host, path }: ExternalDestination,
  consent: "missing" | "unknown",
): Finding {
  const { type, name, value } = reportConsentRecord(domain.domain, host);
  const publish =
    `have the owner of \`${host}\` publish ${type} \`${name}\` "${value}" ` +
    `(or once for all domains \`*._report._dmarc.${host}\`)`;
  return {
    rule: "dmarc-external-reports",
    domain,
    path,
    ...(consent === "missing"
      ? {
          message: `\`${host}\` has not published its consent to receive reports about \`${domain.domain}\`, so receivers drop them`,
          hint: publish,
        }
      : {
          message: `\`${host}\` belongs to another organization: without its consent in DNS, receivers drop the reports`,
          hint: `${publish}, then allow this rule; \`mailstack validate --online\` checks DNS for it`,
        }),
  };
}

/** A parked domain has a null MX: no mail to it arrives. */
export function* reportsToParked({ domains, byName }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    const tls = hostsOf(domain.tlsReports ?? [], ["tlsReports"]);
    for (const { uri, host, path } of [...dmarcDestinations(domain), ...tls]) {
      const target = byName.get(host);
      if (target?.parked !== true || !isAddress(uri)) continue;
      yield {
        rule: "reports-to-parked-domain",
        domain,
        path,
        message: `\`${host}\` is parked and receives no mail, so these reports are lost`,
        hint: "write an address at a domain that receives mail",
        related: [{ domain: target, path: ["parked"], message: `\`${host}\` is parked here` }],
      };
    }
  }
}

/** Not an `https:` destination, which receives reports without mail. */
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
