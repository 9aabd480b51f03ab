import type { Notice } from "./notice.js";
import type { Telling } from "./tell-sinks.js";

/** A notice with what became of it. */
export interface ToldNotice extends Omit<Notice, "id"> {
  /** By sink: `told`, or `failed` if it is told again at the next run. */
  readonly sinks: Readonly<Record<string, "told" | "failed">>;
}

/** The notices of a run, each once, however many sinks were told. */
export function toldNotices(tellings: readonly Telling[]): ToldNotice[] {
  const found = new Map<string, { notice: Notice; sinks: Record<string, "told" | "failed"> }>();
  for (const { sink, notices, told } of tellings) {
    for (const notice of notices) {
      const key = JSON.stringify([notice.domain, notice.kind, notice.previous]);
      const entry = found.get(key) ?? { notice, sinks: {} };
      entry.sinks[sink] = told.includes(notice) ? "told" : "failed";
      found.set(key, entry);
    }
  }
  return [...found.values()].map(({ notice: { id: _, ...notice }, sinks }) => ({ ...notice, sinks }));
}
