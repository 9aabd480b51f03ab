import { sortDiagnostics } from "../domain/allowances.js";
import type { LoadResult, SendingDomain } from "../domain/sending-domain.js";
import { groupBy } from "../file/group-by.js";
import { identityPath } from "../kinds/kind.js";
import { toDiagnostic } from "../rules/check-fleet.js";
import type { Finding } from "../rules/finding.js";
import { oncePerPlace } from "./check-domains.js";

/**
 * Adds to checked files what depends on the date: warnings only, so that the same files never become invalid by
 * themselves. Previews and updates don't ask.
 * @param today YYYY-MM-DD, in UTC
 */
export function checkDates<T extends LoadResult>(checked: T, today: string): T {
  const found = checked.domains.flatMap((domain) => [...overdueKeys(domain, today)]).map(toDiagnostic);
  if (found.length === 0) return checked;
  return { ...checked, diagnostics: sortDiagnostics([...checked.diagnostics, ...oncePerPlace(found)]) };
}

function* overdueKeys(domain: SendingDomain, today: string): Iterable<Finding> {
  const entries = domain.identities.flatMap((identity) =>
    identity.retiredKeys.map((key, index) => ({ identity, key, index })),
  );
  // Regions share a record: it is needed for as long as one of them says so.
  for (const [selector, listed] of groupBy(entries, ({ key }) => key.selector)) {
    const [last] = [...listed].sort((a, b) => (a.key.until < b.key.until ? 1 : -1));
    const { identity, key, index } = last!;
    if (key.until >= today) continue;
    yield {
      rule: "dkim-retired-past",
      domain,
      path: identityPath(identity, ["dkim", "retired", index, "until"]),
      message: `the record of the retired DKIM key \`${selector}\` was needed until ${key.until}, which has passed`,
      hint: "delete the entry once `mailstack status` says that the key is safe to remove; its record goes with it",
    };
  }
}
