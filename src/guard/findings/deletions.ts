import { groupBy } from "../../file/group-by.js";
import { someOf } from "../../file/some-of.js";
import type { Draft } from "../finding.js";
import type { Known } from "../known.js";
import type { GuardSettings } from "../settings.js";

/** In a stack with fewer resources, a single domain is a large share. */
const SMALL_STACK = 50;

/** More deletions than one change may have. */
export function* manyDeletions(known: Known, { deletions }: GuardSettings): Iterable<Draft> {
  const lost = known.changes.filter(({ loses }) => loses);
  const percent = known.size === 0 ? 0 : (lost.length / known.size) * 100;
  const tooLarge = known.size > SMALL_STACK && percent > deletions.percent;
  if (lost.length <= deletions.count && !tooLarge) return;
  const byDomain = groupBy(lost, ({ domain }) => domain ?? "the stack itself");
  const named = [...byDomain].map(([domain, { length }]) => `${domain} (${length})`);
  yield {
    rule: "many-deletions",
    change: `delete ${lost.length} of ${known.size} resources`,
    domains: [...byDomain.keys()].filter((name) => name !== "the stack itself").sort(),
    consequences: [
      {
        danger: "outage",
        code: "many-deletions",
        message:
          `${Math.ceil(percent)} % of the stack's resources are deleted or replaced at once, and the mail that depends on ` +
          `them stops: ${someOf(named)}. guard.yaml allows ${deletions.count} resources and ${deletions.percent} % ` +
          "(`deletions`)",
      },
    ],
    changes: lost,
  };
}
