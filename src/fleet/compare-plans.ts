import type { SendingDomain } from "../domain/sending-domain.js";
import { describedSets } from "../domain/described-sets.js";
import { DANGERS, type Consequence, type Danger } from "../kinds/consequence.js";
import { DOMAIN_KINDS } from "../kinds/index.js";
import { goneSetConsequences } from "./changes/configuration-set.js";
import {
  addedConsequences,
  parkingConsequences,
  protectedConsequences,
  publishingConsequences,
  removedConsequences,
} from "./changes/domain.js";
import { identityConsequences } from "./changes/identity.js";
import type { DomainChange } from "./changes/domain-change.js";
import { recordChanges } from "./changes/records.js";
import { settingChanges } from "./changes/settings.js";

export { groupAlike } from "./changes/alike.js";
export type { AlikeChange } from "./changes/alike.js";
export type { DomainChange, RecordChange, SettingChange } from "./changes/domain-change.js";

/**
 * What a change of the domain files changes for each domain: its records, its settings, and what that means for mail.
 * The most dangerous comes first; at equal danger, removed domains come before changed and added ones. Unchanged
 * domains do not appear.
 */
export function comparePlans(
  before: readonly SendingDomain[],
  after: readonly SendingDomain[],
): DomainChange[] {
  const old = new Map(before.map((domain) => [domain.domain, domain]));
  const now = new Map(after.map((domain) => [domain.domain, domain]));
  const sets = new Set(describedSets(after).keys());
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
    compareDomain(name, old.get(name), now.get(name), sets),
  );
  return changes.sort(
    (a, b) =>
      rank(a.danger) - rank(b.danger) ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      (a.domain < b.domain ? -1 : 1),
  );
}

function compareDomain(
  domain: string,
  before: SendingDomain | undefined,
  after: SendingDomain | undefined,
  sets: ReadonlySet<string>,
): DomainChange[] {
  const records = recordChanges(before, after);
  if (before === undefined) {
    return [change(domain, "added", [...addedConsequences(after!)], { records, settings: [] })];
  }
  if (after === undefined) {
    const consequences = [...removedConsequences(before), ...goneSetConsequences(before, undefined, sets)];
    return [change(domain, "removed", consequences, { records, settings: [] })];
  }
  const settings = settingChanges(before, after);
  if (records.length === 0 && settings.length === 0) return [];
  const consequences = [
    ...protectedConsequences(before, after),
    ...publishingConsequences(before, after),
    ...(before.parked || after.parked
      ? parkingConsequences(before, after)
      : identityConsequences(before, after, sets)),
    ...goneSetConsequences(before, after, sets),
    ...DOMAIN_KINDS.flatMap((kind) => [...kind.consequences(before, after)]),
  ];
  return [change(domain, "changed", consequences, { records, settings })];
}

const KINDS: readonly DomainChange["kind"][] = ["removed", "changed", "added"];

const NOTHING: Consequence = { danger: "routine", code: "routine", message: "mail is not affected" };

function change(
  domain: string,
  kind: DomainChange["kind"],
  found: readonly Consequence[],
  details: Pick<DomainChange, "records" | "settings">,
): DomainChange {
  const consequences = found.length > 0 ? [...found] : [NOTHING];
  consequences.sort((a, b) => rank(a.danger) - rank(b.danger));
  return { domain, kind, danger: consequences[0]!.danger, consequences, ...details };
}

function rank(danger: Danger): number {
  return DANGERS.indexOf(danger);
}
