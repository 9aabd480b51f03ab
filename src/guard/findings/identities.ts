import { groupBy } from "../../file/group-by.js";
import { identityDeleted } from "../../fleet/changes/domain.js";
import type { Consequence } from "../../kinds/consequence.js";
import { IDENTITY } from "../../state/urn.js";
import type { Change } from "../changes.js";
import type { Draft } from "../finding.js";
import { regionOf, type Known } from "../known.js";

/** What a domain file's change can say about the loss of an identity. */
const MEANINGS = ["domain-removed", "parked", "region-left", "new-dkim-tokens", "configuration-set-deleted"];

/** Identities that are deleted, or deleted and made again. */
export function* lostIdentities(known: Known): Iterable<Draft> {
  const lost = known.changes.filter(({ type, loses, domain }) => type === IDENTITY && loses && domain);
  for (const [domain, all] of groupBy(lost, (change) => change.domain!)) {
    const replaced = all.filter(({ op }) => op !== "delete");
    const deleted = all.filter(({ op }) => op === "delete");
    if (deleted.length > 0)
      yield draft("identity-deleted", domain, deleted, deletion(known, domain, deleted));
    if (replaced.length > 0)
      yield draft("identity-replaced", domain, replaced, [replacement(domain, replaced)]);
  }
}

function draft(
  rule: "identity-deleted" | "identity-replaced",
  domain: string,
  changes: readonly Change[],
  consequences: readonly Consequence[],
): Draft {
  const verb = rule === "identity-deleted" ? "delete" : "replace";
  return {
    rule,
    change: `${verb} the identity of ${domain} in ${regionsOf(changes)}`,
    domains: [domain],
    consequences,
    changes,
  };
}

function deletion(known: Known, domain: string, changes: readonly Change[]): readonly Consequence[] {
  const meant = known.meanings(domain, MEANINGS);
  return meant.length > 0 ? meant : [identityDeleted(domain, changes.map(regionOf).sort())];
}

function replacement(domain: string, changes: readonly Change[]): Consequence {
  return {
    danger: "outage",
    code: "identity-replaced",
    message:
      `mail from \`${domain}\` stops: its identity in ${regionsOf(changes)} is deleted and created again with new DKIM ` +
      "tokens, and SES has to find the new records first (up to 72 hours)",
  };
}

function regionsOf(changes: readonly Change[]): string {
  return changes.map(regionOf).sort().join(", ");
}
