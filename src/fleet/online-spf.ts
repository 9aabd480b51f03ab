import { sortDiagnostics, split } from "../domain/allowances.js";
import type { LoadResult, SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { spfCost } from "../syntax/spf/cost.js";
import type { RecordCost, SpfResolve } from "../syntax/spf/cost-model.js";
import { parseSpf } from "../syntax/spf/parse.js";
import { oncePerPlace, withOthers } from "./check-domains.js";
import { toDiagnostic } from "../rules/check-fleet.js";
import { groupBy } from "../file/group-by.js";
import { placedSpf, type PlacedSpf } from "../rules/placed-spf.js";
import { spfCostFindings } from "../rules/spf-cost.js";

/** What one SPF record costs its receivers. */
export interface SpfLookups {
  readonly record: string;
  /** The names that publish it. */
  readonly names: readonly string[];
  /** Terms that cause DNS lookups, including those in included records. */
  readonly lookups: number;
  readonly voidLookups: number;
  /** Whether there may be more: a name depends on the message, or DNS gave no answer for it. */
  readonly atLeast: boolean;
  /** What each term of the record costs. */
  readonly terms: readonly { readonly term: string; readonly lookups: number }[];
}

/**
 * Adds to checked files what DNS says about their SPF records. Never rejects.
 * @param checked the result of the files alone; only domains without an error are checked
 * @param resolve asks DNS
 * @param fleet all domains that will be published: their SPF records replace what DNS has at their names today
 */
export async function checkSpfOnline<T extends LoadResult>(
  checked: T,
  resolve: SpfResolve,
  fleet: readonly SendingDomain[] = checked.domains,
): Promise<T & { readonly spf: readonly SpfLookups[] }> {
  const records = checked.domains.flatMap(placedSpf);
  const costs = await costsOf(records, withPlanned(fleet, resolve));
  const found = records.flatMap((record) => spfCostFindings(record, costs.get(keyOf(record))!));
  const names = new Set(checked.domains.map(({ domain }) => domain));
  const { diagnostics, allowed } = split(found.map(toDiagnostic));
  const namesWith = (test: (diagnostic: Diagnostic) => boolean): ReadonlySet<string | undefined> =>
    new Set(diagnostics.filter(test).map(({ domain }) => domain));
  const broken = namesWith(({ severity }) => severity === "error");
  const unchecked = namesWith(({ rule }) => rule === "spf-not-checked");
  const still = checked.diagnostics.filter(
    // The earlier cost of an include does not matter if today's is known.
    ({ rule, domain }) => rule !== "spf-known-lookups" || !names.has(domain!) || unchecked.has(domain),
  );
  return {
    ...checked,
    domains: checked.domains.filter(({ domain }) => !broken.has(domain)),
    diagnostics: sortDiagnostics([...still, ...oncePerPlace(oncePerReason(diagnostics))]),
    allowed: [...checked.allowed, ...allowed],
    spf: summarize(records, costs),
  };
}

/** A name without an answer from DNS is not one file's problem: it is reported once, with the number of the others. */
function oncePerReason(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = groupBy([...diagnostics.entries()], ([index, { rule, message }]) =>
    rule === "spf-not-checked" ? message : String(index),
  );
  return [...groups.values()].map((group) => {
    const domains = new Set(group.map(([, { domain }]) => domain));
    return withOthers(group[0]![1], domains.size - 1);
  });
}

/** Records that cost the same: those with the same text, unless it depends on the name. */
function keyOf({ text, name }: PlacedSpf): string {
  return text.includes("%{") ? `${text}\n${name}` : text;
}

async function costsOf(
  records: readonly PlacedSpf[],
  resolve: SpfResolve,
): Promise<ReadonlyMap<string, RecordCost>> {
  const distinct = new Map(records.map((record) => [keyOf(record), record]));
  const costs = [...distinct].map(async ([key, { text, name }]) => {
    return [key, await spfCost(parseSpf(text).record!, name, resolve)] as const;
  });
  return new Map(await Promise.all(costs));
}

/** DNS as it will be once the fleet's own SPF records are published. */
function withPlanned(fleet: readonly SendingDomain[], resolve: SpfResolve): SpfResolve {
  const planned = new Map(fleet.flatMap(placedSpf).map(({ name, text }) => [name, text]));
  return (name, type) => {
    const text = type === "TXT" ? planned.get(name) : undefined;
    return text === undefined ? resolve(name, type) : Promise.resolve({ kind: "records", values: [text] });
  };
}

function summarize(records: readonly PlacedSpf[], costs: ReadonlyMap<string, RecordCost>): SpfLookups[] {
  const groups = groupBy(records, keyOf);
  return [...costs].map(([key, { lookups, voids, atLeast, terms }]) => ({
    record: groups.get(key)![0]!.text,
    names: groups.get(key)!.map(({ name }) => name),
    lookups,
    voidLookups: voids.length,
    atLeast,
    terms: terms.map(({ term, lookups }) => ({ term, lookups })),
  }));
}
