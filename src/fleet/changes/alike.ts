import { groupBy } from "../../file/group-by.js";
import type { DomainChange } from "./domain-change.js";

/** The placeholder for the domain's name in a change that several domains share. */
const PLACEHOLDER = "{domain}";

/** From this number on, one description with a placeholder reads better than many copies. */
const MIN_ALIKE = 3;

/** One change that several domains share, or that of a single domain. */
export interface AlikeChange extends Omit<DomainChange, "domain"> {
  /**
   * If there are several, the consequences and settings are the same for all, with `{domain}` for their names; the
   * records are those of the first.
   */
  readonly domains: readonly string[];
}

/**
 * Groups changes that are the same for many domains, as after a change of `_defaults.yaml`. Each group takes the place
 * of its first domain.
 */
export function groupAlike(changes: readonly DomainChange[]): AlikeChange[] {
  return [...groupBy(changes, sharedText)].flatMap(([key, members]): AlikeChange[] => {
    if (members.length < MIN_ALIKE)
      return members.map(({ domain, ...rest }) => ({ ...rest, domains: [domain] }));
    const shared = JSON.parse(key) as Omit<DomainChange, "domain">;
    return [{ ...shared, records: members[0]!.records, domains: members.map(({ domain }) => domain) }];
  });
}

/** A change without the domain's name, and without the records if its settings explain them. */
function sharedText({ domain, records, ...change }: DomainChange): string {
  // Not inside a longer name, such as `a.com` in `data.com` or in `a.com.example`.
  const name = new RegExp(`(?<![\\w-])${domain.replaceAll(".", "\\.")}(?![\\w-]|\\.[a-z0-9])`, "g");
  return JSON.stringify(change.kind === "added" ? { ...change, records } : change).replace(name, PLACEHOLDER);
}
