import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confirmTold, dueNotices } from "../../src/notices/due.js";
import { HOLD_MS } from "../../src/notices/hold.js";
import { journalText, newJournal, parseJournal, type Journal } from "../../src/notices/journal.js";
import { noticeKind, type Notice, type NoticeKind } from "../../src/notices/notice.js";
import { observeAll } from "../../src/notices/observe-all.js";
import type { Situation } from "../../src/notices/situation.js";
import type { DomainReport } from "../../src/status/domain-report.js";
import { decayed, failed, pending, RECORD_GONE, unchecked, verified } from "./reports.js";

const START = Date.parse("2026-06-18T10:00:00Z");
const SINK = "webhook";
const DOMAIN = "yourdomain.com";
const ID = "0f8fad5b-d9cb-469f-a165-70867728950e";

/** One domain and one sink that takes everything, as one run after the other sees them. */
class Story {
  journal: Journal = newJournal(ID);
  readonly told: { readonly at: number; readonly notice: Notice; readonly isNew: boolean }[] = [];
  /** Whether the domain was removed since the last notice: if it comes back, it is a new one. */
  #wasRemoved = false;
  #now = START;

  /** @returns what this run tells */
  run(minutes: number, ...reports: DomainReport[]): Notice[] {
    this.#now += minutes * 60_000;
    const now = new Date(this.#now);
    const { journal, notices } = dueNotices(
      observeAll(this.journal, { reports, complete: true, now }),
      SINK,
      now,
    );
    this.journal = confirmTold(journal, SINK, notices);
    this.#wasRemoved ||= reports.length === 0;
    this.told.push(...notices.map((notice) => ({ at: this.#now, notice, isNew: this.#wasRemoved })));
    if (notices.length > 0) this.#wasRemoved = false;
    return [...notices];
  }

  kinds(minutes: number, ...reports: DomainReport[]): NoticeKind[] {
    return this.run(minutes, ...reports).map(({ kind }) => kind);
  }
}

const well = verified(DOMAIN);
const lost = decayed(DOMAIN);

describe("what is told", () => {
  it("is nothing at the first run, whatever the states are", () => {
    const story = new Story();
    expect(story.kinds(0, well, failed("other.com"))).toEqual([]);
    expect(story.journal.domains).toMatchObject({
      [DOMAIN]: { situation: "verified" },
      "other.com": { situation: "failed" },
    });
  });

  it.each<[string, DomainReport, DomainReport, NoticeKind[]]>([
    ["lost", well, lost, ["decayed"]],
    ["failed", pending(DOMAIN), failed(DOMAIN), ["failed"]],
    ["verified", pending(DOMAIN), well, ["verified"]],
    ["repaired", lost, well, ["repaired"]],
    ["at risk", well, RECORD_GONE, ["at-risk"]],
    ["lost after at risk", RECORD_GONE, pending(DOMAIN), ["decayed"]],
    ["at risk still, with the records unknown", RECORD_GONE, { ...RECORD_GONE, ...recordsUnknown() }, []],
    ["pending still", pending(DOMAIN), pending(DOMAIN), []],
    ["failed still, while SES checks again", failed(DOMAIN), pending(DOMAIN), []],
    ["unchecked", well, unchecked(DOMAIN), []],
    ["unchecked, and lost before", lost, unchecked(DOMAIN), []],
  ])("of a domain that is %s", (_what, before, now, expected) => {
    const story = new Story();
    story.run(0, before);
    expect(story.kinds(10, now)).toEqual(expected);
  });

  it("is nothing of a new domain that is pending, and that it is verified once it is", () => {
    const story = new Story();
    story.run(0);
    expect(story.kinds(10, pending(DOMAIN))).toEqual([]);
    expect(story.kinds(10, well)).toEqual(["verified"]);
  });

  it("is the failure of a new domain", () => {
    const story = new Story();
    story.run(0);
    expect(story.kinds(10, failed(DOMAIN))).toEqual(["failed"]);
  });

  it("is that a domain with something open was removed, and nothing of others", () => {
    const story = new Story();
    story.run(0, well, verified("other.com"));
    story.run(10, lost, verified("other.com"));
    expect(story.run(70).map(({ domain, kind }) => `${domain} ${kind}`)).toEqual([`${DOMAIN} removed`]);
    story.run(60);
    expect(story.journal.domains).toEqual({});
    expect(story.journal.sinks).toEqual({ [SINK]: {} });
  });

  it("is the state in which a flapping domain has settled, an hour after the last notice", () => {
    const story = new Story();
    story.run(0, well);
    expect(story.kinds(10, lost)).toEqual(["decayed"]);
    expect(story.kinds(10, well)).toEqual([]);
    expect(story.kinds(10, lost)).toEqual([]);
    expect(story.kinds(10, well)).toEqual([]);
    expect(story.kinds(29, unchecked(DOMAIN))).toEqual([]);
    // SES can't be asked, but it is known how the domain was.
    expect(story.kinds(1, unchecked(DOMAIN))).toEqual(["repaired"]);
    expect(story.kinds(60, well)).toEqual([]);
  });

  it("begins with the states as they are for a sink that is new", () => {
    const story = new Story();
    story.run(0, well);
    story.run(10, lost);
    const { notices } = dueNotices(story.journal, "github", new Date(START));
    expect(notices).toEqual([]);
  });
});

function recordsUnknown(): Partial<DomainReport> {
  return { dnsRecords: well.dnsRecords.map((record) => ({ ...record, state: "unknown" as const })) };
}

describe("a sink that may not have taken a notice", () => {
  /** A run that marks its notices and is lost before it can write that they were told. */
  function lose(story: Story, minutes: number, report: DomainReport): readonly Notice[] {
    const now = new Date(START + minutes * 60_000);
    const observed = observeAll(story.journal, { reports: [report], complete: true, now });
    const { journal, notices } = dueNotices(observed, SINK, now);
    story.journal = readBack(journal);
    return notices;
  }

  it("is told the same again, under the same id", () => {
    const story = new Story();
    story.run(0, well);
    const [first] = lose(story, 5, lost);
    const [again] = story.run(10, lost);
    expect(first).toMatchObject({ kind: "decayed", previous: "verified" });
    expect(again).toEqual(first);
    expect(story.kinds(100, lost)).toEqual([]);
  });

  it("is told that it is over, even if it never heard that it began", () => {
    const story = new Story();
    story.run(0, well);
    const [first] = lose(story, 5, lost);
    const [second] = lose(story, 70, well);
    expect(second).toMatchObject({ kind: "repaired" });
    expect(second!.id).not.toBe(first!.id);
    const [again] = story.run(75, well);
    expect(again).toEqual(second);
  });
});

function readBack(journal: Journal): Journal {
  const read = parseJournal(journalText(journal));
  if ("problem" in read) throw new Error(read.problem);
  return read;
}

const REPORTS: readonly DomainReport[] = [
  well,
  lost,
  pending(DOMAIN),
  failed(DOMAIN),
  unchecked(DOMAIN),
  RECORD_GONE,
];
const steps = fc.array(
  fc.record({
    minutes: fc.nat({ max: 90 }),
    report: fc.option(fc.constantFrom(...REPORTS), { nil: undefined, freq: 8 }),
    /** The run is lost after the sink was told. */
    isLost: fc.boolean(),
  }),
  { maxLength: 40 },
);

describe("over any sequence of observations", () => {
  it("nothing is told twice in a row, nothing within the hour, and at last what is known", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const story = new Story();
        story.run(0, well);
        for (const { minutes, report } of sequence)
          story.run(minutes, ...(report === undefined ? [] : [report]));
        const last = sequence.at(-1)?.report;
        story.run(60, ...(last === undefined ? [] : [unchecked(DOMAIN)]));

        for (const [index, { at, notice, isNew }] of story.told.entries()) {
          const before = story.told[index - 1];
          if (before === undefined) continue;
          if (!isNew) expect(notice.situation).not.toBe(before.notice.situation);
          expect(at - before.at).toBeGreaterThanOrEqual(HOLD_MS);
        }
        const known = story.journal.domains[DOMAIN]?.situation;
        if (known === undefined) return;
        const { situation, telling } = story.journal.sinks[SINK]![DOMAIN]!;
        expect(telling).toBeUndefined();
        expect(noticeKind(situation, known)).toBeUndefined();
        if (known !== "pending") expect(situation).toBe(known);
      }),
      { numRuns: 500 },
    );
  });

  it("a receiver that knows ids hears the same, however many runs are lost", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        let journal = newJournal(ID);
        let clock = START;
        const heard = new Map<string, Situation>();
        const run = (minutes: number, isLost: boolean, ...reports: DomainReport[]): void => {
          clock += minutes * 60_000;
          const now = new Date(clock);
          const observed = observeAll(journal, { reports, complete: true, now });
          const { notices, journal: marked } = dueNotices(observed, SINK, now);
          for (const { id, situation } of notices) {
            // The same id is the same notice.
            expect(heard.get(id) ?? situation).toBe(situation);
            heard.set(id, situation);
          }
          journal = readBack(isLost ? marked : confirmTold(marked, SINK, notices));
        };
        run(0, false, well);
        for (const { minutes, report = unchecked(DOMAIN), isLost } of sequence) run(minutes, isLost, report);
        run(60, false, unchecked(DOMAIN));
        const last = [...heard.values()].at(-1) ?? "verified";
        expect(last).toBe(journal.domains[DOMAIN]!.situation);
      }),
      { numRuns: 300 },
    );
  });
});
