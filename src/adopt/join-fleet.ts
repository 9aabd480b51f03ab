import type { LoadOptions, SendingDomain } from "../domain/sending-domain.js";
import type { SourceFile } from "../file/source-file.js";
import { checkDomains } from "../fleet/check-domains.js";
import { recordsOf } from "../kinds/index.js";
import type { ImportEntry } from "../state/import-file.js";
import type { Adopted, Refused } from "./adopt-domain.js";
import { compareDomain, compareRecords, type Comparison, type ReadIdentity } from "./compare.js";
import type { LiveZones } from "./live.js";

/** Which of the new domains fit to the files that are there already. */
export interface Joined {
  readonly joined: readonly Adopted[];
  readonly refused: readonly Refused[];
  /** Records that domains with a file gain by it and that exist already. */
  readonly more: readonly ImportEntry[];
}

export interface FleetContext {
  /** All files of the folder, `_defaults.yaml` included. */
  readonly present: readonly SourceFile[];
  readonly load: LoadOptions;
  readonly read: ReadIdentity;
  readonly zones: LiveZones;
}

/**
 * Looks at new domains together with all others: rules across files, and what one domain publishes for another. A
 * domain that makes another one ask for a record that doesn't exist is refused. Pure.
 */
export function joinFleet(fresh: readonly Adopted[], context: FleetContext): Joined {
  if (fresh.length === 0) return { joined: [], refused: [], more: [] };
  const result = tryAll(fresh, context);
  if (!("reasons" in result)) return result;
  const [only, ...others] = fresh;
  if (others.length === 0) {
    return { joined: [], refused: [{ domain: only!.domain.domain, reasons: result.reasons }], more: [] };
  }
  const half = Math.ceil(fresh.length / 2);
  const first = joinFleet(fresh.slice(0, half), context);
  const present = [...context.present, ...first.joined.map(({ file }) => file)];
  const second = joinFleet(fresh.slice(half), { ...context, present });
  return {
    joined: [...first.joined, ...second.joined],
    refused: [...first.refused, ...second.refused],
    more: [...first.more, ...second.more],
  };
}

function tryAll(
  fresh: readonly Adopted[],
  { present, load, read, zones }: FleetContext,
): Joined | { readonly reasons: readonly string[] } {
  const before = checkDomains(present, load);
  const after = checkDomains([...present, ...fresh.map(({ file }) => file)], load);
  const now = new Map(after.domains.map((domain) => [domain.domain, domain]));
  const known = new Set(before.diagnostics.map(({ file, rule, message }) => `${file}\n${rule}\n${message}`));
  const reasons = after.diagnostics
    .filter(({ severity }) => severity === "error")
    .filter(({ file, rule, message }) => !known.has(`${file}\n${rule}\n${message}`))
    .map(({ rule, message }) => `${message} (${rule})`);
  const joined: Adopted[] = [];
  for (const one of fresh) {
    const domain = now.get(one.domain.domain);
    if (domain === undefined) continue;
    const comparison = compareDomain(domain, read, zones);
    reasons.push(...comparison.differences.map(({ text }) => text));
    joined.push({ ...one, domain, comparison });
  }
  const gains = before.domains.map((was) => gain(was, now.get(was.domain), zones));
  reasons.push(...gains.flatMap(({ differences }) => differences.map(({ text }) => text)));
  if (reasons.length > 0) return { reasons };
  return { joined, refused: [], more: gains.flatMap(({ entries }) => entries) };
}

/** What a domain with a file publishes besides, once others have one too. */
function gain(
  was: SendingDomain,
  is: SendingDomain | undefined,
  zones: LiveZones,
): Pick<Comparison, "differences" | "entries"> {
  if (is === undefined) return { differences: [], entries: [] };
  const known = new Set(recordsOf(was).map(({ resource }) => resource));
  return compareRecords(
    is,
    recordsOf(is).filter(({ resource }) => !known.has(resource)),
    zones,
  );
}
