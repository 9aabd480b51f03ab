import type { Consequence } from "../kinds/consequence.js";
import type { Change } from "./changes.js";
import { digestOf } from "./digest.js";

/** What the guard stops. */
export const GUARD_RULES = [
  "identity-deleted",
  "identity-replaced",
  "many-deletions",
  "dmarc-weakened",
  "dmarc-jumped",
  "dmarc-raised",
  "mail-from-moved",
  "dkim-moved",
  "untouched-domain",
  "foreign-record",
] as const;
export type GuardRule = (typeof GUARD_RULES)[number];

/** A finding before it has its digest. */
export interface Draft {
  readonly rule: GuardRule;
  /** What is done, in the words with which it is accepted. */
  readonly change: string;
  readonly domains: readonly string[];
  /** What it means for mail, worst first; never empty. */
  readonly consequences: readonly Consequence[];
  readonly changes: readonly Change[];
}

/** A dangerous change in a preview. */
export interface Finding extends Omit<Draft, "changes"> {
  /** Names exactly this change. */
  readonly digest: string;
  /** URNs of the resources that it touches. */
  readonly resources: readonly string[];
  /** The reason for which it is accepted; absent: it stops the merge. */
  readonly accepted?: string;
}

/** The digest covers the rule too: who accepts one danger of a step doesn't accept its others. */
export function complete({ changes, ...draft }: Draft): Finding {
  const digests = changes.map(({ digest }) => digest).sort();
  return {
    ...draft,
    digest: digestOf({ rule: draft.rule, steps: digests }),
    resources: changes.map(({ urn }) => urn).sort(),
  };
}
