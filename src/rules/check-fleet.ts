import { withReason } from "../domain/allowances.js";
import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { fleetRules, type CheckName } from "./catalogue/fleet-rules.js";
import { indexFleet } from "./fleet-index.js";
import type { Finding, FleetCheck } from "./finding.js";
import {
  noEffect,
  strictSpfAlignment,
  subdomainPolicyIgnored,
  weakerThanOrganization,
} from "./dmarc-policy.js";
import { apexSpfRecords } from "./apex-spf.js";
import { bimiWithoutEnforcement } from "./bimi.js";
import { externalReports, reportsToParked } from "./dmarc-reports.js";
import { configurationSetClash, eventDestinationRegion } from "./configuration-sets.js";
import { dkimRetiredSelectors, dkimSelectorClash } from "./dkim-selector.js";
import { identitiesPerRegion } from "./identities-per-region.js";
import { mailFromClash } from "./mail-from-clash.js";
import { assertPublishable } from "./record-invariants.js";
import { spfRecords } from "./spf.js";
import { recordsPerZone } from "./zone.js";

/** The checks by file: the compiler asks for each file that a rule of the catalogue names. */
const CHECKS: Readonly<Record<CheckName, readonly FleetCheck[]>> = {
  "mail-from-clash": [mailFromClash],
  "dkim-selector": [dkimSelectorClash, dkimRetiredSelectors],
  "configuration-sets": [configurationSetClash, eventDestinationRegion],
  zone: [recordsPerZone],
  "identities-per-region": [identitiesPerRegion],
  spf: [spfRecords, apexSpfRecords],
  "dmarc-policy": [strictSpfAlignment, weakerThanOrganization, subdomainPolicyIgnored, noEffect],
  "dmarc-reports": [externalReports, reportsToParked],
  bimi: [bimiWithoutEnforcement],
};

/**
 * What shows only when all domains, or all settings of a domain, are seen together. Takes time proportional to
 * the number of records. Rules that a file allows are reported too: `checkDomains` removes them.
 * @throws Error a kind of record is wrong
 */
export function checkFleet(domains: readonly SendingDomain[]): Diagnostic[] {
  const fleet = indexFleet(domains);
  const findings = Object.values(CHECKS)
    .flat()
    .flatMap((check) => [...check(fleet)]);
  const broken = new Set(
    findings.flatMap(({ rule, domain }) => (fleetRules[rule].severity === "error" ? [domain] : [])),
  );
  assertPublishable(fleet.records.filter(({ domain }) => !broken.has(domain)));
  return findings.map(toDiagnostic);
}

/** The finding at its place in the file, with the reason if the file allows it. */
export function toDiagnostic({ rule, domain, path, message, hint, related }: Finding): Diagnostic {
  const diagnostic = {
    ...locate(domain, path),
    severity: fleetRules[rule].severity,
    rule,
    message,
    hint,
    domain: domain.domain,
    ...(related === undefined
      ? {}
      : {
          related: related.map((place) => ({ ...locate(place.domain, place.path), message: place.message })),
        }),
  };
  return withReason(diagnostic, domain.allow);
}
