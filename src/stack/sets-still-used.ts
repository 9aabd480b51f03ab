import type { SendingDomain } from "../domain/sending-domain.js";
import { setKey } from "./configuration-sets.js";
import { createdSets, type PreviousDomains } from "./previous.js";
import { describeProblem } from "../file/describe-problem.js";

/**
 * Configuration sets that the stack has created, that no file describes any more, and that identities are to use all
 * the same: the update would delete them, and SES refuses mail that names a set which does not exist
 * (SES API v2, SendEmail: NotFoundException).
 * @returns a problem for each, with file, line and what to do
 */
export function setsStillUsed(fleet: readonly SendingDomain[], before: PreviousDomains): string[] {
  const created = new Set(Object.values(before).flatMap((domain) => createdSets(domain).map(setKey)));
  const uses = fleet.flatMap((domain) => domain.identities.map((identity) => ({ domain, identity })));
  const told = new Set<string>();
  return uses.flatMap(({ domain, identity }) => {
    const key = setKey(identity);
    if (identity.configurationSetOptions !== undefined || !created.has(key) || told.has(key)) return [];
    told.add(key);
    return [
      describeProblem(
        domain.locate([...(identity.path ?? []), "configurationSet"]),
        `this stack has created the configuration set ${identity.configurationSet} in ${identity.region}: ` +
          "as it is only named now, it would be deleted while identities use it, and SES would refuse their mail",
        "describe it again, as a map with its name; or name another set that exists, and this one goes once nothing uses it",
      ),
    ];
  });
}
