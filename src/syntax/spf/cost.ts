import { counts, SPF_MARK } from "../txt-mark.js";
import type { SpfRecord } from "./ast.js";
import {
  MAX_MX_HOSTS,
  type CostProblem,
  type PlacedTerm,
  type RecordCost,
  type SpfAnswer,
  type SpfResolve,
  type TermCost,
} from "./cost-model.js";
import { expandDomainSpec } from "./expand.js";
import { countedTerms, MAX_LOOKUPS, type QueryingTerm } from "./lookups.js";
import { parseSpf } from "./parse.js";

/** Records that are followed for one check; a record that leads to more is over the limit many times. */
const MAX_FOLLOWED = 50;

/**
 * What a receiver has to ask for when no term matches before the last (RFC 7208 §4.6.4): the true number of lookups and
 * of void lookups, and what makes the check end in a permanent error. A name that depends on the message (macro) is
 * counted and not followed; so is `ptr`, which asks for the sender's address. A void lookup is an `a`, `mx` or `exists`
 * without an answer; an `a` whose name has addresses of one family only is none, since it depends on the sender which is
 * asked for. Names without an SPF record are problems, not void lookups. Never rejects.
 * @param name of the record, lower case, without a trailing dot
 */
export async function spfCost(record: SpfRecord, name: string, resolve: SpfResolve): Promise<RecordCost> {
  const walk: Search = { resolve, left: MAX_FOLLOWED };
  return sum(await recordTerms(record, [name], walk));
}

interface Search {
  readonly resolve: SpfResolve;
  /** Records that may still be followed. */
  left: number;
}

/** What a single term was found to be, without its own lookup. */
type Counted = Partial<Pick<TermCost, "voids" | "problems" | "atLeast" | "terms">>;

/** @param chain names of the records that led here, this record's the last */
function recordTerms(record: SpfRecord, chain: readonly string[], walk: Search): Promise<TermCost[]> {
  return Promise.all(
    countedTerms(record).map(async (term): Promise<TermCost> => {
      const text = record.text.slice(term.start, term.end);
      const place = { term: text, chain };
      const { terms = [], voids = [], problems = [], atLeast = false } = await look(term, place, walk);
      const below = sum(terms);
      return {
        term: text,
        start: term.start,
        lookups: 1 + below.lookups,
        voids: [...voids, ...below.voids],
        problems: [...problems, ...below.problems],
        atLeast: atLeast || below.atLeast,
        terms,
      };
    }),
  );
}

function sum(terms: readonly TermCost[]): RecordCost {
  return {
    lookups: terms.reduce((total, { lookups }) => total + lookups, 0),
    voids: terms.flatMap(({ voids }) => voids),
    problems: terms.flatMap(({ problems }) => problems),
    atLeast: terms.some(({ atLeast }) => atLeast),
    terms,
  };
}

async function look(term: QueryingTerm, place: PlacedTerm, walk: Search): Promise<Counted> {
  if (term.name === "ptr") return {};
  const holder = place.chain.at(-1)!;
  const spec = term.kind === "modifier" ? term.value : term.domain;
  const target = spec === undefined ? holder : expandDomainSpec(spec, holder);
  switch (term.name) {
    case "include":
    case "redirect":
      return target === undefined ? { atLeast: true } : follow(target, place, walk);
    case "mx":
      return target === undefined ? {} : lookAtMx(target, place, walk);
    case "a":
      return target === undefined ? {} : isVoid(await addresses(target, walk), place);
    case "exists":
      // Always an A query, whatever the sender's address (§5.7).
      return target === undefined ? {} : isVoid(await walk.resolve(target, "A"), place);
  }
}

async function follow(target: string, place: PlacedTerm, walk: Search): Promise<Counted> {
  const problem = (kind: CostProblem["kind"], detail: string): Counted => ({
    problems: [{ ...place, kind, detail }],
    atLeast: true,
  });
  const { chain } = place;
  if (chain.includes(target)) return problem("loop", [...chain, target].join(" → "));
  // So long a chain is over the limit by itself.
  if (chain.length > MAX_LOOKUPS || walk.left-- <= 0) return { atLeast: true };
  const answer = await walk.resolve(target, "TXT");
  if (answer.kind === "failed") return problem("unknown", `${target}: ${answer.reason}`);
  if (answer.kind === "no-such-name") return problem("no-record", `the name \`${target}\` does not exist`);
  const [text, ...others] = answer.values.filter((value) => counts(SPF_MARK, value));
  if (text === undefined) return problem("no-record", `\`${target}\` has no SPF record`);
  if (others.length > 0)
    return problem("several-records", `\`${target}\` has ${1 + others.length} SPF records`);
  const { record, problems } = parseSpf(text);
  if (record === undefined || problems.length > 0) {
    return problem("invalid-record", `the record of \`${target}\` is invalid: ${problems[0]!.message}`);
  }
  return { terms: await recordTerms(record, [...chain, target], walk) };
}

async function lookAtMx(target: string, place: PlacedTerm, walk: Search): Promise<Counted> {
  const answer = await walk.resolve(target, "MX");
  if (answer.kind !== "records" || answer.values.length === 0) return isVoid(answer, place);
  // The null MX (RFC 7505) names no host: there is nothing to ask for.
  const hosts = answer.values.map((value) => value.split(" ")[1] ?? "").filter((host) => host !== "");
  if (hosts.length > MAX_MX_HOSTS) {
    const detail = `\`${target}\` has ${hosts.length} mail hosts`;
    return { problems: [{ ...place, kind: "mx-hosts", detail }] };
  }
  const found = await Promise.all(hosts.map(async (host) => isVoid(await addresses(host, walk), place)));
  return {
    // The limit is one of terms: it counts once, however many of its hosts have no address.
    voids: found.flatMap(({ voids = [] }) => voids).slice(0, 1),
    problems: found.flatMap(({ problems = [] }) => problems).slice(0, 1),
  };
}

/** The addresses of a name, of both families: which of them is asked for depends on the sender. */
async function addresses(name: string, { resolve }: Search): Promise<SpfAnswer> {
  const first = await resolve(name, "A");
  if (first.kind === "no-such-name" || (first.kind === "records" && first.values.length > 0)) return first;
  const second = await resolve(name, "AAAA");
  return second.kind === "records" && second.values.length === 0 ? first : second;
}

function isVoid(answer: SpfAnswer, place: PlacedTerm): Counted {
  if (answer.kind === "failed") {
    return { problems: [{ ...place, kind: "unknown", detail: answer.reason }] };
  }
  return answer.kind === "records" && answer.values.length > 0 ? {} : { voids: [place] };
}
