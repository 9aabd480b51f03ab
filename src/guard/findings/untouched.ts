import { groupBy } from "../../file/group-by.js";
import { someOf } from "../../file/some-of.js";
import type { Change } from "../changes.js";
import type { Draft } from "../finding.js";
import type { Known } from "../known.js";

/** From this number on, domains are one finding: they have one cause, such as a new version of the program. */
const MANY = 4;

/** Changes to domains whose files say the same as before. */
export function* untouchedDomains(known: Known): Iterable<Draft> {
  const { changes, anyFileChanges } = known;
  const own = changes.filter(({ domain }) => domain !== undefined && known.fileChanges(domain) === false);
  const domains = groupBy(own, ({ domain }) => domain!);
  if (domains.size >= MANY) {
    yield finding(`${domains.size} domains whose files do not change`, [...domains.keys()].sort(), own);
  } else {
    for (const [domain, theirs] of domains) {
      yield finding(`${domain}, whose file does not change`, [domain], theirs);
    }
  }
  const shared = changes.filter(({ domain, type }) => domain === undefined && !type.startsWith("pulumi:"));
  if (anyFileChanges === false && shared.length > 0) {
    yield finding("the stack itself, although no file changes", [], shared);
  }
}

function finding(whose: string, domains: readonly string[], changes: readonly Change[]): Draft {
  const number = `${changes.length} resource${changes.length === 1 ? "" : "s"}`;
  return {
    rule: "untouched-domain",
    change: `change ${number} of ${whose}`,
    domains,
    consequences: [
      {
        danger: "risk",
        code: "untouched-domain",
        message:
          `nobody has asked for this in a domain file, so nobody has reviewed what it does to mail: ${steps(changes)}. ` +
          "Something was changed outside this project, an earlier update was not finished, or the program changes",
      },
    ],
    changes,
  };
}

function steps(changes: readonly Change[]): string {
  return someOf(changes.map(({ op, name }) => `${op === "same" ? "protect" : op} \`${name}\``));
}
