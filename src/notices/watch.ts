import type { DomainReport } from "../status/domain-report.js";
import type { Inspection } from "../status/inspect.js";
import { sinkFromEnvironment, type SinkName } from "./environment.js";
import type { Journal } from "./journal.js";
import { readJournal, writeJournal } from "./journal-file.js";
import { observeAll } from "./observe-all.js";
import { forgetRestarts, planRestarts, type RestartPlan } from "./restarts.js";
import type { Sink } from "./sink.js";
import { tellSinks, type Telling } from "./tell-sinks.js";

/** Name of the sink that is standard output. */
export const TEXT = "text";

/** Its notices are part of the command's answer, so there is nothing to do here. */
const textSink: Sink = { name: TEXT, tell: async (notices) => ({ told: notices }) };

export interface WatchOptions {
  /** File of the last known states. */
  readonly path: string;
  readonly sinks: readonly SinkName[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
}

/** What one run of `verify --since` keeps and tells. */
export class Watch {
  readonly #path: string;
  readonly #sinks: readonly Sink[];
  readonly #clock: () => Date;
  #journal: Journal;

  /** @throws JournalFileError, SinkSettingError */
  constructor({ path, sinks, env, clock }: WatchOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#journal = readJournal(path);
    const context = { env, clock, journal: this.#journal.id };
    this.#sinks = [textSink, ...[...new Set(sinks)].map((name) => sinkFromEnvironment(name, context))];
  }

  /**
   * What may be restarted in SES, at most once for each cause.
   * @throws JournalFileError
   */
  planRestarts(inspections: readonly Inspection[]): Pick<RestartPlan, "wanted" | "held"> {
    const { journal, ...plan } = planRestarts(this.#journal, inspections, this.#clock());
    this.#journal = journal;
    if (plan.wanted.size > 0) this.keep();
    return plan;
  }

  /** @param started by domain: the parts that were restarted */
  afterRestarts(
    { wanted }: Pick<RestartPlan, "wanted">,
    started: ReadonlyMap<string, readonly string[]>,
  ): void {
    const failed = [...wanted].map(([domain, parts]) => {
      return [domain, parts.filter((part) => !started.get(domain)?.includes(part))] as const;
    });
    this.#journal = forgetRestarts(this.#journal, new Map(failed));
  }

  /**
   * Tells what has changed. Call `keep` once the notices are on standard output too.
   * @param complete whether these are all domains of the stack
   * @throws JournalFileError if the file can't be written; then nobody is told
   */
  async tell(reports: readonly DomainReport[], complete: boolean): Promise<readonly Telling[]> {
    const now = this.#clock();
    const observed = observeAll(this.#journal, { reports, complete, now });
    const { journal, tellings } = await tellSinks(observed, this.#sinks, now, (marked) => {
      writeJournal(this.#path, marked);
    });
    this.#journal = journal;
    return tellings;
  }

  /** @throws JournalFileError */
  keep(): void {
    writeJournal(this.#path, this.#journal);
  }
}
