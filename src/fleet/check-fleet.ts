import type { Diagnostic, SendingDomain } from "../domain/model.js";
import { fleetRules } from "./catalogue.js";
import { indexFleet } from "./fleet.js";
import type { Finding, FleetCheck } from "./rule.js";
import {
  noEffect,
  strictSpfAlignment,
  subdomainPolicyIgnored,
  weakerThanOrganization,
} from "./rules/dmarc-policy.js";
import { apexSpfRecords } from "./rules/apex-spf.js";
import { bimiWithoutEnforcement } from "./rules/bimi.js";
import { externalReports, reportsToParked } from "./rules/dmarc-reports.js";
import { configurationSetClash, eventDestinationRegion } from "./rules/configuration-sets.js";
import { dkimSelectorClash } from "./rules/dkim-selector.js";
import { identitiesPerRegion } from "./rules/identities-per-region.js";
import { mailFromClash } from "./rules/mail-from-clash.js";
import { recordClash } from "./rules/record-clash.js";
import { spfRecords } from "./rules/spf.js";
import { recordOutsideZone, recordsPerZone } from "./rules/zone.js";

const CHECKS: readonly FleetCheck[] = [
  mailFromClash,
  dkimSelectorClash,
  configurationSetClash,
  eventDestinationRegion,
  recordClash,
  recordOutsideZone,
  recordsPerZone,
  identitiesPerRegion,
  spfRecords,
  apexSpfRecords,
  strictSpfAlignment,
  weakerThanOrganization,
  subdomainPolicyIgnored,
  externalReports,
  reportsToParked,
  bimiWithoutEnforcement,
  noEffect,
];

/**
 * What shows only when all domains, or all settings of a domain, are seen together. Takes time proportional to
 * the number of records. Rules that a file allows are reported all the same: `checkDomains` sorts them out.
 */
export function checkFleet(domains: readonly SendingDomain[]): Diagnostic[] {
  const fleet = indexFleet(domains);
  return CHECKS.flatMap((check) => Array.from(check(fleet), toDiagnostic));
}

/** The finding at its place in the file. */
export function toDiagnostic({ rule, domain, path, message, hint, related }: Finding): Diagnostic {
  return {
    ...domain.locate(path),
    severity: fleetRules[rule].severity,
    rule,
    message,
    hint,
    domain: domain.domain,
    ...(related === undefined
      ? {}
      : {
          related: related.map((place) => ({ ...place.domain.locate(place.path), message: place.message })),
        }),
  };
}
