import { groupBy } from "../file/group-by.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/** Identities, domains and addresses together, per Region and account (SES Developer Guide, "Service quotas"). */
const IDENTITIES_PER_REGION = 10_000;

/** One error per Region, at the first domain over the quota. */
export function* identitiesPerRegion({ identities }: Fleet): Iterable<Finding> {
  for (const [region, inRegion] of groupBy(identities, ({ identity }) => identity.region)) {
    const beyond = inRegion[IDENTITIES_PER_REGION];
    if (beyond === undefined) continue;
    yield {
      rule: "identities-per-region",
      domain: beyond.domain,
      path: beyond.identity.path ?? ["region"],
      message: `${inRegion.length} domains in ${region}; SES allows ${IDENTITIES_PER_REGION} identities per Region and account`,
      hint: "move domains to another Region, or allow `identities-per-region` here once AWS raises the quota",
    };
  }
}
