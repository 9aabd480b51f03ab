import { isGate } from "../contract/verified.js";
import type { DomainReport } from "../status/domain-report.js";
import type { Inspection } from "../status/inspect.js";
import { partIn } from "../status/restart.js";
import { rfc3339 } from "../status/timestamp.js";
import type { Journal, Restarted } from "./journal.js";

/** What may be restarted for each domain, and the journal that says that it was. */
export interface RestartPlan {
  /** To be kept before anything is restarted: a run that is lost must not restart the same cause twice. */
  readonly journal: Journal;
  /** By domain: the parts to restart, as `partIn` writes them. */
  readonly wanted: ReadonlyMap<string, readonly string[]>;
  /** By domain: what is not restarted again, and why. */
  readonly held: ReadonlyMap<string, string>;
}

/**
 * What has failed and was not restarted yet for the same cause. The cause is another one when the part was repaired
 * meanwhile, when DNS shows other records than at the restart, or when the identity is another one.
 */
export function planRestarts(journal: Journal, inspections: readonly Inspection[], now: Date): RestartPlan {
  const restarts = new Map(Object.entries(journal.restarts));
  const wanted = new Map<string, readonly string[]>();
  const held = new Map<string, string>();
  for (const inspection of inspections) {
    const { domain } = inspection.report;
    const before = remembered(restarts.get(domain), inspection);
    if (before === undefined) restarts.delete(domain);
    else restarts.set(domain, before);
    const failed = failedParts(inspection);
    const known = failed.filter((part) => before?.failed.includes(part));
    const fresh = failed.filter((part) => !known.includes(part));
    if (before !== undefined && known.length > 0) held.set(domain, heldNote(known, before));
    if (fresh.length === 0) continue;
    wanted.set(domain, fresh);
    restarts.set(domain, {
      ...recordsNow(inspection.report, before),
      failed: [...(before?.failed ?? []), ...fresh],
      at: rfc3339(now),
    });
  }
  return { journal: { ...journal, restarts: Object.fromEntries(restarts) }, wanted, held };
}

/** The journal without the restarts that did not come about. */
export function forgetRestarts(
  journal: Journal,
  notStarted: ReadonlyMap<string, readonly string[]>,
): Journal {
  const entries = Object.entries(journal.restarts).flatMap(([domain, memory]) => {
    const failed = memory.failed.filter((part) => !notStarted.get(domain)?.includes(part));
    return failed.length === 0 ? [] : [[domain, { ...memory, failed }] as const];
  });
  return { ...journal, restarts: Object.fromEntries(entries) };
}

/** What is still to be remembered of a restart. */
function remembered(memory: Restarted | undefined, { report, readings }: Inspection): Restarted | undefined {
  if (memory === undefined) return undefined;
  if (memory.identity !== report.identityArn || recordsChanged(memory, report)) return undefined;
  const repaired = readings.flatMap(({ identity: { region }, reading }) =>
    reading.kind !== "found"
      ? []
      : [
          ...(reading.dkim === "SUCCESS" ? [partIn(region, "DKIM")] : []),
          ...(reading.mailFrom === "SUCCESS" ? [partIn(region, "MAIL FROM")] : []),
        ],
  );
  const failed = memory.failed.filter((part) => !repaired.includes(part));
  return failed.length === 0 ? undefined : { ...memory, ...recordsNow(report, memory), failed };
}

function failedParts({ readings }: Inspection): string[] {
  return readings.flatMap(({ identity: { region }, reading }) =>
    reading.kind !== "found"
      ? []
      : [
          ...(reading.dkim === "FAILED" ? [partIn(region, "DKIM")] : []),
          ...(reading.mailFrom === "FAILED" ? [partIn(region, "MAIL FROM")] : []),
        ],
  );
}

/** How DNS shows the records that SES looks for. */
function recordStates({ dnsRecords }: DomainReport): Record<string, string> {
  return Object.fromEntries(
    dnsRecords
      .filter(({ purpose }) => isGate(purpose))
      .map(({ type, name, value, state, found = [] }) => [
        `${type} ${name} ${value}`,
        state === "wrong" ? `wrong: ${[...found].sort().join(" | ")}` : state,
      ]),
  );
}

/** The records as they are; of those that can't be checked now, what is remembered. */
function recordsNow(
  report: DomainReport,
  memory: Restarted | undefined,
): Pick<Restarted, "records" | "identity"> {
  const { identityArn: identity } = report;
  const records = Object.entries(recordStates(report)).map(([record, state]) => {
    return [record, state === "unknown" ? (memory?.records[record] ?? state) : state] as const;
  });
  return { ...(identity !== undefined && { identity }), records: Object.fromEntries(records) };
}

function recordsChanged({ records: before }: Restarted, report: DomainReport): boolean {
  const now = recordStates(report);
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].some((name) => {
    const states = [before[name], now[name]];
    return states[0] !== states[1] && !states.includes("unknown");
  });
}

function heldNote(parts: readonly string[], { at }: Restarted): string {
  return (
    `not restarted again: ${parts.join(" and ")} failed again after the restart at ${at}; ` +
    "it is restarted once its records change or it was verified"
  );
}
