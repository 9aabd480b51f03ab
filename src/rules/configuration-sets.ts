import { isDeepStrictEqual } from "node:util";
import { setKey } from "../domain/described-sets.js";
import type { EventDestination } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import { regionOfArn } from "../domain/keys/event-destinations.js";
import { identityPath } from "../kinds/kind.js";
import { groupBy } from "../file/group-by.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

const SET = ["configurationSet"];

/**
 * A set is created once for all domains of a Region that describe it, and deleted with the last of them. So their
 * descriptions must agree. A domain that uses the set as an existing one would lose it along with the others.
 */
export function* configurationSetClash({ identities }: Fleet): Iterable<Finding> {
  const uses = identities.filter(({ identity }) => identity.configurationSet !== undefined);
  const sets = groupBy(uses, ({ identity }) => setKey(identity));
  for (const group of sets.values()) {
    const first = group.find(({ identity }) => identity.configurationSetOptions !== undefined);
    if (first === undefined) continue;
    for (const { domain, identity } of group) {
      const { configurationSet: name, configurationSetOptions: options, region } = identity;
      if (isDeepStrictEqual(options, first.identity.configurationSetOptions)) continue;
      const of = first.domain === domain ? "this file" : `\`${first.domain.domain}\``;
      yield {
        rule: "configuration-set-clash",
        domain,
        path: identityPath(identity, SET),
        message:
          options === undefined
            ? `\`${name}\` is an existing set here, but ${of} describes it, so the stack creates it in ${region} and deletes it with the last description`
            : `\`${name}\` is described differently in ${of}, for the same Region ${region}`,
        hint: "describe the set once, in _defaults.yaml, or rename one of the two",
        related: [
          {
            domain: first.domain,
            path: identityPath(first.identity, SET),
            message: `\`${name}\` is described here`,
          },
        ],
      };
    }
  }
}

export function* eventDestinationRegion({ identities }: Fleet): Iterable<Finding> {
  for (const { domain, identity } of identities) {
    for (const destination of identity.configurationSetOptions?.eventDestinations ?? []) {
      const [arn, key] = targetArn(destination);
      const region = regionOfArn(arn);
      if (region === "" || region === identity.region) continue;
      yield {
        rule: "event-destination-region",
        domain,
        path: identityPath(identity, [...SET, "eventDestinations", destination.name, ...key]),
        message: `the target of \`${destination.name}\` is in ${region}, but its configuration set is in ${identity.region}`,
        hint: `use a target in ${identity.region}; for several Regions, give each its own below \`regions\``,
      };
    }
  }
}

/** The target's ARN and its key; CloudWatch has none. */
function targetArn({ snsTopic, eventBus, firehose }: EventDestination): [arn: string, key: KeyPath] {
  if (snsTopic !== undefined) return [snsTopic, ["snsTopic"]];
  if (eventBus !== undefined) return [eventBus, ["eventBus"]];
  return [firehose?.deliveryStream ?? "", ["firehose", "deliveryStream"]];
}
