import type { Journal } from "./journal.js";
import { confirmTold, dueNotices } from "./due.js";
import type { Notice } from "./notice.js";
import type { Outcome, Sink } from "./sink.js";

/** What a sink was told in this run. */
export interface Telling extends Outcome {
  readonly sink: string;
  readonly notices: readonly Notice[];
}

/**
 * Tells every sink what it does not know yet. A sink that fails keeps none of the others from being told, and is told
 * again at the next run.
 * @param keep writes the journal down; called before the first sink is told. The caller writes down what is returned.
 */
export async function tellSinks(
  observed: Journal,
  sinks: readonly Sink[],
  now: Date,
  keep: (journal: Journal) => void,
): Promise<{ readonly journal: Journal; readonly tellings: readonly Telling[] }> {
  let journal = observed;
  const due = sinks.map((sink) => {
    const { notices, journal: marked } = dueNotices(journal, sink.name, now);
    journal = marked;
    return { sink, notices };
  });
  keep(journal);
  const tellings = await Promise.all(
    due.map(async ({ sink, notices }): Promise<Telling> => {
      const outcome = await tellOne(sink, notices, inOrder(journal, sink.name));
      return { sink: sink.name, notices, ...outcome };
    }),
  );
  for (const { sink, told } of tellings) journal = confirmTold(journal, sink, told);
  return { journal, tellings };
}

async function tellOne(sink: Sink, notices: readonly Notice[], well: ReadonlySet<string>): Promise<Outcome> {
  try {
    return await sink.tell(notices, well);
  } catch (error) {
    return { told: [], problem: (error as Error).message };
  }
}

/** The domains that are verified or parked, and were last told to be. */
function inOrder({ domains, sinks }: Journal, sink: string): ReadonlySet<string> {
  const told = sinks[sink] ?? {};
  const names = Object.entries(domains).flatMap(([domain, { situation }]) => {
    const { situation: last, telling } = told[domain] ?? {};
    const isWell = situation === "verified" || situation === "parked";
    return isWell && last === situation && telling === undefined ? [domain] : [];
  });
  return new Set(names);
}
