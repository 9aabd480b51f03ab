import { MAX_VOID_LOOKUPS } from "../syntax/spf/cost-model.js";
import type { CostProblem, PlacedTerm, RecordCost, TermCost } from "../syntax/spf/cost-model.js";
import { SES_INCLUDE } from "../syntax/spf/build.js";
import { MAX_LOOKUPS } from "../syntax/spf/lookups.js";
import type { Finding } from "./finding.js";
import type { EntryProblem } from "./spf-entries.js";
import type { PlacedSpf } from "./placed-spf.js";

/** What receivers will reject in an SPF record, given what DNS says about the names in it. */
export function spfCostFindings(record: PlacedSpf, cost: RecordCost): Finding[] {
  const ofSes = cost.terms.flatMap(({ term, problems }) => (term === SES_TERM ? problems : []))[0];
  if (ofSes?.kind === "no-record") return [notPublic(record, ofSes)];
  const found = problems(record, cost);
  return [
    ...tooManyLookups(record, cost),
    ...tooManyVoids(record, cost),
    // If not even Amazon's record, the first one, can be looked up, DNS is out of reach: report it once.
    ...found.filter(({ rule }, index) => rule !== "spf-not-checked" || ofSes === undefined || index === 0),
  ];
}

const SES_TERM = `include:${SES_INCLUDE}`;

/** Amazon's record always exists: servers without it, as in a closed network, can't tell about the others. */
function notPublic({ domain, pathAt }: PlacedSpf, { detail }: CostProblem): Finding {
  return {
    domain,
    path: pathAt(0),
    rule: "spf-not-checked",
    message: `these DNS servers don't resolve public names: ${detail}`,
    hint: "run this where public DNS is reachable, or choose another server with --dns-server",
  };
}

function tooManyLookups(record: PlacedSpf, { lookups, atLeast, terms }: RecordCost): Finding[] {
  if (lookups <= MAX_LOOKUPS) return [];
  const most = greatest(terms, (term) => term.lookups);
  const others = terms.filter((term) => term !== most && term.lookups > 1);
  return [
    {
      ...at(record, most),
      rule: "spf-lookups",
      message:
        `the record needs ${atLeast ? "at least " : ""}${lookups} DNS lookups; receivers stop at ${MAX_LOOKUPS} ` +
        `with a permanent error: ${terms.map((term) => describe(term)).join(", ")}`,
      hint:
        `remove \`${most.term}\`, which costs ${most.lookups}, unless it sends with this name: ` +
        "other senders use their own name",
      related: others.map((term) => ({ ...at(record, term), message: `costs ${term.lookups}` })),
    },
  ];
}

/** Levels of included records that a message shows: this file doesn't choose deeper ones. */
const LEVELS_SHOWN = 3;

/** `include:_spf.example.net` 3 (`a:one.example.net` 1, `mx` 1) */
function describe({ term, lookups, terms }: TermCost, level = 1): string {
  const below = terms.map((one) => describe(one, level + 1)).join(", ");
  return `\`${term}\` ${lookups}${below === "" || level >= LEVELS_SHOWN ? "" : ` (${below})`}`;
}

function tooManyVoids(record: PlacedSpf, { voids, terms }: RecordCost): Finding[] {
  if (voids.length <= MAX_VOID_LOOKUPS) return [];
  const most = greatest(terms, (term) => term.voids.length);
  const list = voids.map((place) => `\`${place.term}\`${byWayOf(place)}`).join(", ");
  return [
    {
      ...at(record, most),
      rule: "spf-void-lookups",
      message:
        `the record makes receivers look up ${voids.length} records that are not in DNS; ` +
        `they should stop after ${MAX_VOID_LOOKUPS} with a permanent error: ${list}`,
      hint: `remove \`${most.term}\`, or tell its operator that names are missing`,
    },
  ];
}

function problems(record: PlacedSpf, { terms }: RecordCost): Finding[] {
  return terms.flatMap((term) => {
    // One record may be included in several ways.
    const distinct = new Map(term.problems.map((problem) => [`${problem.kind}\n${problem.detail}`, problem]));
    return [...distinct.values()].map((problem) => ({
      ...at(record, term),
      ...EXPLAIN[problem.kind](problem),
    }));
  });
}

const EXPLAIN: Readonly<Record<CostProblem["kind"], (problem: CostProblem) => EntryProblem>> = {
  "no-record": brokenTarget,
  "several-records": brokenTarget,
  "invalid-record": brokenTarget,
  loop: (problem) => ({
    rule: "spf-include-loop",
    message: `\`${problem.term}\` never ends: ${problem.detail}`,
    hint: remedy(problem, "delete this entry"),
  }),
  "mx-hosts": (problem) => ({
    rule: "spf-mx-hosts",
    message: `${problem.detail}, but receivers stop at 10 with a permanent error: \`${problem.term}\`${byWayOf(problem)}`,
    hint: remedy(problem, "list the hosts that send, not those that receive"),
  }),
  unknown: (problem) => ({
    rule: "spf-not-checked",
    message: `DNS gave no answer for \`${problem.term}\`: ${problem.detail}${byWayOf(problem)}`,
    hint: "run this again; until DNS answers, receivers answer with a temporary error",
  }),
};

function brokenTarget(problem: CostProblem): EntryProblem {
  return {
    rule: "spf-include-record",
    message: `${problem.detail}: \`${problem.term}\` makes receivers answer with a permanent error${byWayOf(problem)}`,
    hint: remedy(problem, "write the name from the sender's current documentation, or delete this entry"),
  };
}

/** An error in someone else's record can be left out, but not fixed here. */
function remedy({ chain }: PlacedTerm, own: string): string {
  return chain.length === 1 ? own : `tell the operator of \`${chain.at(-1)!}\`, or delete this entry`;
}

function byWayOf({ chain }: PlacedTerm): string {
  const names = chain.slice(1).map((name) => `\`${name}\``);
  return names.length === 0 ? "" : ` (through ${names.join(" → ")})`;
}

function at({ domain, pathAt }: PlacedSpf, { start }: TermCost): Pick<Finding, "domain" | "path"> {
  return { domain, path: pathAt(start) };
}

/** The first one with the highest number. */
function greatest(terms: readonly TermCost[], number: (term: TermCost) => number): TermCost {
  return terms.reduce((most, term) => (number(term) > number(most) ? term : most));
}
