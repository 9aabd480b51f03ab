import type { SpfLookups } from "../../fleet/online-spf.js";
import { MAX_VOID_LOOKUPS } from "../../syntax/spf/cost-model.js";
import { MAX_LOOKUPS } from "../../syntax/spf/lookups.js";
import { count } from "./count.js";

/** How many rows are shown; the rest cost no more than these. */
const SHOWN = 20;

/** What the SPF records cost, one line each, the most costly first; empty when there are none. */
export function formatSpfLookups(records: readonly SpfLookups[]): string {
  const sorted = [...records].sort((a, b) => b.lookups - a.lookups || (a.record < b.record ? -1 : 1));
  const more = sorted.length - SHOWN;
  return [
    ...sorted.slice(0, SHOWN).map((record) => line(record)),
    ...(more > 0 ? [`and ${count(more, "more SPF record")}, none more costly\n`] : []),
  ].join("");
}

function line({ names, lookups, voidLookups, atLeast, terms }: SpfLookups): string {
  const others = names.length === 1 ? "" : ` and ${count(names.length - 1, "other name")}`;
  const least = atLeast ? "at least " : "";
  const costs = terms.map(({ term, lookups }) => `${term} ${lookups}`).join(", ");
  return (
    `SPF of ${names[0]!}${others}: ${least}${lookups} of ${MAX_LOOKUPS} DNS lookups, ` +
    `${voidLookups} of ${MAX_VOID_LOOKUPS} void (${costs})\n`
  );
}
