import type { SendingDomain } from "../domain/model.js";
import { recordsOf } from "../kinds/index.js";
import { resourceNames } from "../records/resource-names.js";

/** Names of the resources that the stack has for a domain, those of its configuration sets aside. */
export function resourcesOf(domain: SendingDomain): string[] {
  const { domain: name, identities, dns } = domain;
  return [
    resourceNames.domain(name),
    resourceNames.registration(name),
    ...identities.flatMap(({ region, feedbackForwarding }) => [
      resourceNames.identity(name, region),
      resourceNames.mailFrom(name, region),
      ...(feedbackForwarding ? [] : [resourceNames.feedback(name, region)]),
    ]),
    // With `dns: manual` only what lies in another domain's zone is published.
    ...recordsOf(domain)
      .filter(({ zone }) => dns !== "manual" || zone !== undefined)
      .map(({ resource }) => resource),
  ];
}
