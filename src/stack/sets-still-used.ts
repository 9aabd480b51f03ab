import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { setKey } from "../domain/described-sets.js";
import type { KnownResource } from "./stack-state.js";
import { resourceNames } from "../kinds/resource-names.js";
import { createdSets, type PreviousDomains } from "./previous.js";
import { describeProblem } from "../file/describe-problem.js";

/**
 * Configuration sets that the stack created and identities still use, but no file describes any more. The update would
 * delete them, and SES refuses mail that names a missing set (SES API v2, SendEmail: NotFoundException).
 * @param fleet the stack's domains and, where it creates the sets for other shards, theirs
 * @returns one problem per set, with file, line and what to do
 */
export function setsStillUsed(
  fleet: readonly SendingDomain[],
  before: PreviousDomains,
  known: ReadonlyMap<string, KnownResource>,
): string[] {
  const created = new Set(Object.values(before).flatMap((domain) => createdSets(domain).map(setKey)));
  const uses = fleet.flatMap((domain) => domain.identities.map((identity) => ({ domain, identity })));
  const told = new Set<string>();
  return uses.flatMap(({ domain, identity }) => {
    const key = setKey(identity);
    const { region, configurationSet, configurationSetOptions: described } = identity;
    if (described !== undefined || configurationSet === undefined || told.has(key)) return [];
    // The first shard also creates sets that only domains of other shards describe: its outputs don't show those.
    if (!created.has(key) && !known.has(resourceNames.configurationSet(region, configurationSet))) return [];
    told.add(key);
    return [
      describeProblem(
        locate(domain, [...(identity.path ?? []), "configurationSet"]),
        `this stack created the configuration set ${identity.configurationSet} in ${identity.region}, and no file ` +
          "describes it now: the update would delete it, and SES would refuse mail from identities that use it",
        "describe it again as a map with its name; or name another existing set, and this one is deleted once unused",
      ),
    ];
  });
}
