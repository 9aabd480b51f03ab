import { createHash } from "node:crypto";
import { rfc3339 } from "../status/timestamp.js";
import { isHeld } from "./hold.js";
import type { Journal, Known, Told } from "./journal.js";
import { noticeKind, type Notice } from "./notice.js";
import { isBad } from "./situation.js";

/** What a sink is to be told now, and the journal that says so. */
export interface Due {
  readonly notices: readonly Notice[];
  /** To be kept before the sink is told: it marks the notices as under way. */
  readonly journal: Journal;
}

/**
 * What a sink has not been told yet. A sink that is told for the first time takes the states as they are.
 *
 * A run may be lost between telling and keeping what was told. So a notice is marked before it is told, and the mark is
 * removed after the sink took it. A notice that is still marked is told again under the same id: at most once more, and
 * never not at all.
 */
export function dueNotices(journal: Journal, sink: string, now: Date): Due {
  const before = journal.sinks[sink];
  const told = new Map(Object.entries(before ?? {}));
  const notices: Notice[] = [];
  for (const [domain, known] of Object.entries(journal.domains)) {
    if (before === undefined) {
      told.set(domain, { situation: known.situation, number: 0 });
      continue;
    }
    const [next, notice] = tell(journal.id, domain, known, told.get(domain), now);
    told.set(domain, next);
    if (notice !== undefined) notices.push(notice);
  }
  return { notices, journal: withSink(journal, sink, told) };
}

/** The journal after the sink took these notices. */
export function confirmTold(journal: Journal, sink: string, notices: readonly Notice[]): Journal {
  const told = new Map(Object.entries(journal.sinks[sink] ?? {}));
  for (const { domain } of notices) {
    const { telling, number = 0 } = told.get(domain) ?? {};
    if (telling === undefined) continue;
    told.set(domain, { situation: telling.situation, at: telling.at, number });
  }
  return withSink(journal, sink, told);
}

function tell(
  journal: string,
  domain: string,
  known: Known,
  told: Told = { number: 0 },
  now: Date,
): readonly [Told, Notice?] {
  const { situation } = known;
  // What a sink may have taken or not is followed by what is known now.
  const last = told.telling ?? told;
  const again = told.telling?.situation === situation ? told.telling : undefined;
  const kind = again?.kind ?? noticeKind(last.situation, situation);
  if (kind === undefined) {
    // Something open stays open until it is repaired or removed.
    if (told.telling !== undefined || isBad(told.situation)) return [told];
    return [{ ...told, situation }];
  }
  if (again === undefined && isHeld(last.at, now)) return [told];
  const number = again === undefined ? told.number + 1 : told.number;
  const previous = again === undefined ? last.situation : again.previous;
  const common = { kind, situation, ...(previous !== undefined && { previous }) };
  const { since, reason, nextStep, records } = known;
  const id = noticeId(journal, domain, number);
  return [
    { ...told, number, telling: { ...common, at: rfc3339(now) } },
    { id, domain, ...common, since, reason, nextStep, records },
  ];
}

/** Depends on nothing that a lost run forgets. A domain's name has dots, which a webhook's id must not have. */
function noticeId(journal: string, domain: string, number: number): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([journal, domain, number]))
    .digest("hex");
  return `notice_${digest.slice(0, 32)}`;
}

function withSink(journal: Journal, sink: string, told: ReadonlyMap<string, Told>): Journal {
  return { ...journal, sinks: { ...journal.sinks, [sink]: Object.fromEntries(told) } };
}
