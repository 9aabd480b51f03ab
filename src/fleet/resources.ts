import type { SendingDomain } from "../domain/sending-domain.js";
import { hostOf } from "../publishers/index.js";
import { recordsOf } from "../kinds/index.js";
import { resourceNames } from "../kinds/resource-names.js";

/** Names of the stack's resources for a domain, without those of its configuration sets. */
export function resourcesOf(domain: SendingDomain): string[] {
  const { domain: name, identities } = domain;
  return [
    resourceNames.domain(name),
    resourceNames.registration(name),
    ...identities.flatMap(({ region, feedbackForwarding }) => [
      resourceNames.identity(name, region),
      resourceNames.mailFrom(name, region),
      ...(feedbackForwarding ? [] : [resourceNames.feedback(name, region)]),
    ]),
    // If records are published by hand, only those in another domain's zone are published.
    ...recordsOf(domain)
      .filter(({ zone }) => hostOf(domain) !== undefined || zone !== undefined)
      .map(({ resource }) => resource),
  ];
}
