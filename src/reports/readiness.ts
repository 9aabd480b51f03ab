import type { DmarcPolicyName, SendingDomain } from "../domain/model.js";
import type { DomainCounts, SourceCounts } from "./count.js";

/** What has to be there before a stricter policy is recommended. */
export interface Thresholds {
  /** Messages from the domain's own sources. */
  readonly messages: number;
  /** Days with reports. */
  readonly days: number;
  /** Share of messages aligned by DKIM or SPF, 0–1. */
  readonly aligned: number;
  /** Days since the newest report ended. */
  readonly age: number;
}

export const THRESHOLDS: Thresholds = { messages: 500, days: 14, aligned: 0.99, age: 14 };

/**
 * Why a source's mail is aligned by neither:
 * `partly` it also sends aligned mail; `forwarder` receivers recognized a forwarder or mailing list;
 * `other-domain` it passes SPF or DKIM for another domain; `unauthenticated` nothing passes.
 */
export type BreakingKind = "partly" | "forwarder" | "other-domain" | "unauthenticated";

export interface BreakingSource {
  readonly ip: string;
  readonly kind: BreakingKind;
  /** Messages aligned by neither. */
  readonly messages: number;
  /** Domains for which SPF or DKIM passed. */
  readonly passes: readonly string[];
}

/** `ready` for `next`; `not-ready`; `thin` = too little data to say; `done` = nothing stricter to move to. */
export type Verdict = "ready" | "not-ready" | "thin" | "done";

export interface Readiness {
  readonly verdict: Verdict;
  readonly current: DmarcPolicyName;
  /** Next policy; absent when `done`. */
  readonly next?: DmarcPolicyName;
  /** What speaks against it, in words; empty when ready. */
  readonly reasons: readonly string[];
  readonly evidence: {
    /** Without ignored sources. */
    readonly messages: number;
    readonly aligned: number;
    /** 0–1; 0 without messages. */
    readonly share: number;
    readonly days: number;
    readonly organizations: number;
    readonly reports: number;
  };
  /** Most messages first. */
  readonly breaking: readonly BreakingSource[];
}

const NEXT: Readonly<Record<DmarcPolicyName, DmarcPolicyName | undefined>> = {
  none: "quarantine",
  quarantine: "reject",
  reject: undefined,
};
const FORWARDING = ["forwarded", "mailing_list", "trusted_forwarder"];

export interface ReadinessOptions {
  readonly thresholds: Thresholds;
  /** Sources known to be forgers or otherwise none of the domain's: their mail is not part of the evidence. */
  readonly ignoredSources: ReadonlySet<string>;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Whether a From domain can go to the next policy, with the evidence.
 * @param file the domain's file; without it, the policy that the reporters saw is taken as the current one
 */
export function readiness(
  counts: DomainCounts,
  file: SendingDomain | undefined,
  options: ReadinessOptions,
): Readiness {
  const { thresholds } = options;
  const own = [...counts.sources.values()].filter(({ ip }) => !options.ignoredSources.has(ip));
  const messages = sum(own, (source) => source.messages);
  const aligned = messages - sum(own, (source) => source.neither);
  const share = messages === 0 ? 0 : aligned / messages;
  const seen = publishedFor(counts);
  const settings = file === undefined || file.dmarc === "unmanaged" ? undefined : file.dmarc;
  const current = settings?.policy ?? seen;
  const next = NEXT[current];
  const thin: string[] = [];
  if (messages < thresholds.messages) thin.push(`${messages} of at least ${thresholds.messages} messages`);
  if (counts.days.size < thresholds.days) {
    thin.push(`${counts.days.size} of at least ${thresholds.days} days with reports`);
  }
  const age = Math.floor((options.now - counts.newest) / 86_400);
  if (age > thresholds.age)
    thin.push(`the newest report is ${age} days old, at most ${thresholds.age} are allowed`);
  const against: string[] = [];
  if (share < thresholds.aligned) {
    against.push(
      `${percent(share)} of messages are aligned, at least ${percent(thresholds.aligned)} are needed`,
    );
  }
  if (settings !== undefined && settings.policy !== seen) {
    against.push(
      `reporters last saw \`p=${seen}\`, the file says \`${settings.policy}\`: wait for reports on that`,
    );
  }
  if (settings?.testing === true || counts.published.testing) {
    against.push("`testing` weakens the current policy by one level: end that first");
  }
  const verdict =
    next === undefined ? "done" : thin.length > 0 ? "thin" : against.length > 0 ? "not-ready" : "ready";
  return {
    verdict,
    current,
    ...(next === undefined ? {} : { next }),
    reasons: next === undefined ? [] : [...thin, ...against],
    evidence: {
      messages,
      aligned,
      share,
      days: counts.days.size,
      organizations: counts.organizations.size,
      reports: counts.reports,
    },
    breaking: own
      .filter(({ neither }) => neither > 0)
      .map(breakingSource)
      .sort((a, b) => b.messages - a.messages || (a.ip < b.ip ? -1 : 1)),
  };
}

/** `sp` counts for a From domain below the one that publishes the policy (RFC 9989 §4.7). */
export function publishedFor({ domain, published }: DomainCounts): DmarcPolicyName {
  return domain === published.domain ? published.policy : (published.subdomainPolicy ?? published.policy);
}

function breakingSource(source: SourceCounts): BreakingSource {
  const passes = [...new Set([...source.dkimDomains.keys(), ...source.spfDomains.keys()])].sort();
  const forwarded = FORWARDING.some((reason) => source.reasons.has(reason));
  const kind: BreakingKind =
    source.neither < source.messages
      ? "partly"
      : forwarded
        ? "forwarder"
        : passes.length > 0
          ? "other-domain"
          : "unauthenticated";
  return { ip: source.ip, kind, messages: source.neither, passes };
}

/** Rounded down, so that 99.96 % never reads as 100 %. */
export function percent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
