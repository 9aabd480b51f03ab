import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { setKey } from "../domain/described-sets.js";
import { createdSets, type PreviousDomains } from "./previous.js";
import { describeProblem } from "../file/describe-problem.js";

/**
 * Configuration sets that the stack created and identities still use, but no file describes any more. The update would
 * delete them, and SES refuses mail that names a missing set (SES API v2, SendEmail: NotFoundException).
 * @returns one problem per set, with file, line and what to do
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
        locate(domain, [...(identity.path ?? []), "configurationSet"]),
        `this stack created the configuration set ${identity.configurationSet} in ${identity.region}, and no file ` +
          "describes it now: the update would delete it, and SES would refuse mail from identities that use it",
        "describe it again as a map with its name; or name another existing set, and this one is deleted once unused",
      ),
    ];
  });
}
