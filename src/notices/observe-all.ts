import { isBroken } from "../contract/condition.js";
import { rfc3339 } from "../status/timestamp.js";
import type { DomainReport } from "../status/domain-report.js";
import type { Journal, Known } from "./journal.js";
import { isHeld } from "./hold.js";
import { isBad, observe } from "./situation.js";

export interface Observation {
  readonly reports: readonly DomainReport[];
  /** Whether these are all domains of the stack: one that is missing then has been removed. */
  readonly complete: boolean;
  readonly now: Date;
}

/** The journal with what was seen now. What could not be checked stays as it was known. */
export function observeAll(journal: Journal, { reports, complete, now }: Observation): Journal {
  const domains = new Map(Object.entries(journal.domains));
  for (const report of reports) {
    const before = domains.get(report.domain);
    const situation = observe(report, before?.situation);
    if (situation === undefined) continue;
    domains.set(report.domain, {
      situation,
      since: before?.situation === situation ? before.since : rfc3339(now),
      reason: report.verification.reason,
      nextStep: report.nextStep,
      records: report.dnsRecords
        .filter(isBroken)
        .map(({ type, name, state }) => `${type} ${name} is ${state}`),
    });
  }
  if (!complete) return { ...journal, domains: Object.fromEntries(domains) };
  const present = new Set(reports.map(({ domain }) => domain));
  for (const [domain, known] of domains) {
    if (present.has(domain) || known.situation === "removed") continue;
    domains.set(domain, removed(now));
  }
  return forgetRemoved({ ...journal, domains: Object.fromEntries(domains) }, now);
}

function removed(now: Date): Known {
  const reason = "the stack no longer has the domain";
  return { situation: "removed", since: rfc3339(now), reason, nextStep: "", records: [] };
}

/** Without the domains that are gone, of which no sink has anything open or has heard within the hour. */
function forgetRemoved(journal: Journal, now: Date): Journal {
  const isOpen = (domain: string): boolean =>
    Object.values(journal.sinks).some((told) => {
      const { situation, telling, at } = told[domain] ?? {};
      return isBad(situation) || telling !== undefined || isHeld(at, now);
    });
  const gone = Object.entries(journal.domains)
    .filter(([domain, { situation }]) => situation === "removed" && !isOpen(domain))
    .map(([domain]) => domain);
  if (gone.length === 0) return journal;
  const sinks = Object.entries(journal.sinks).map(([sink, told]) => [sink, without(told, gone)] as const);
  return {
    ...journal,
    domains: without(journal.domains, gone),
    restarts: without(journal.restarts, gone),
    sinks: Object.fromEntries(sinks),
  };
}

function without<T>(values: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
