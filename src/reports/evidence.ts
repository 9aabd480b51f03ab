import type { DomainCounts, SourceCounts } from "./count.js";

/** Mail of one From domain, without ignored sources. */
export interface Mail {
  readonly counts: DomainCounts;
  readonly sources: readonly SourceCounts[];
  readonly messages: number;
  readonly aligned: number;
}

export interface Evidence {
  /** Without ignored sources. */
  readonly messages: number;
  readonly aligned: number;
  /** 0–1; 0 without messages. */
  readonly share: number;
  readonly days: number;
  readonly organizations: number;
  readonly reports: number;
}

export function mailOf(counts: DomainCounts, ignoredSources: ReadonlySet<string>): Mail {
  const sources = [...counts.sources.values()].filter(({ ip }) => !ignoredSources.has(ip));
  const messages = sum(sources, (source) => source.messages);
  return { counts, sources, messages, aligned: messages - sum(sources, (source) => source.neither) };
}

export function evidenceOf(mails: readonly Mail[], reports: number): Evidence {
  const messages = sum(mails, (mail) => mail.messages);
  const aligned = sum(mails, (mail) => mail.aligned);
  const distinct = (of: (counts: DomainCounts) => ReadonlySet<unknown>): number =>
    new Set(mails.flatMap(({ counts }) => [...of(counts)])).size;
  return {
    messages,
    aligned,
    share: shareOf({ messages, aligned }),
    days: distinct(({ days }) => days),
    organizations: distinct(({ organizations }) => organizations),
    reports,
  };
}

export function shareOf({ messages, aligned }: Pick<Mail, "messages" | "aligned">): number {
  return messages === 0 ? 0 : aligned / messages;
}

/** Rounded down, so that 99.96 % never reads as 100 %. */
export function percent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
