import type { SendingDomain } from "../domain/sending-domain.js";
import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";
import { someOf } from "../file/some-of.js";
import type { DomainCounts, SourceCounts } from "./count.js";
import { evidenceOf, mailOf, percent, shareOf, type Evidence, type Mail } from "./evidence.js";
import { governingTag, type PolicyDomain, type PolicyTag } from "./inherited.js";

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
  /** From domain; absent where it is the domain itself. */
  readonly subdomain?: string;
  readonly kind: BreakingKind;
  /** Messages aligned by neither. */
  readonly messages: number;
  /** Domains for which SPF or DKIM passed. */
  readonly passes: readonly string[];
}

/** A From domain below, without a DMARC record of its own. */
export interface InheritedSubdomain {
  readonly domain: string;
  /** What applies to its mail: with `p`, a stricter policy breaks it too. */
  readonly tag: PolicyTag;
  /** Without ignored sources. */
  readonly messages: number;
  readonly aligned: number;
  /** 0–1; 0 without messages. */
  readonly share: number;
}

/** `ready` for `next`; `not-ready`; `thin` = too little data to say; `done` = nothing stricter to move to. */
export type ReadinessVerdict = "ready" | "not-ready" | "thin" | "done";

export interface Readiness {
  readonly verdict: ReadinessVerdict;
  readonly current: DmarcPolicyName;
  /** Next policy; absent when `done`. */
  readonly next?: DmarcPolicyName;
  /** What speaks against it, in words; empty when ready. */
  readonly reasons: readonly string[];
  /** Of all mail that the policy decides over: the domain's own, and that of the subdomains under `p`. */
  readonly evidence: Evidence;
  /** Most messages that fail first. */
  readonly subdomains: readonly InheritedSubdomain[];
  /** Most messages first; those of subdomains under `p` among them. */
  readonly breaking: readonly BreakingSource[];
}

const NEXT: Readonly<Record<DmarcPolicyName, DmarcPolicyName | undefined>> = {
  none: "quarantine",
  quarantine: "reject",
  reject: undefined,
};
const MAX_NAMED = 10;
const FORWARDING = ["forwarded", "mailing_list", "trusted_forwarder"];

export interface ReadinessOptions {
  readonly thresholds: Thresholds;
  /** Sources known to be forgers or otherwise none of the domain's: their mail is not part of the evidence. */
  readonly ignoredSources: ReadonlySet<string>;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Whether a domain can go to the next policy, with the evidence. Each subdomain under the same policy must be ready by
 * itself: next to much good mail of the domain, all of a subdomain's mail could break and hardly lower the share.
 * @param file the domain's file; without it, the policy that the reporters saw is taken as the current one
 */
export function readiness(
  { counts, inherited, reports }: PolicyDomain,
  file: SendingDomain | undefined,
  options: ReadinessOptions,
): Readiness {
  const { thresholds } = options;
  const seen = publishedFor(counts);
  const settings = file === undefined || file.dmarc === "unmanaged" ? undefined : file.dmarc;
  const current = settings?.policy ?? seen;
  const next = NEXT[current];
  const own = mailOf(counts, options.ignoredSources);
  const below = inherited.map((subdomain) => ({
    ...mailOf(subdomain, options.ignoredSources),
    tag: governingTag(subdomain, settings ?? counts.published),
  }));
  const under = [own, ...below.filter(({ tag }) => tag === "p")];
  const evidence = evidenceOf(under, under.length === 1 ? counts.reports : reports);
  const thin = tooLittle(under, evidence, options);
  const against: string[] = [];
  if (evidence.share < thresholds.aligned) {
    against.push(
      `${percent(evidence.share)} of messages are aligned; at least ${percent(thresholds.aligned)} must be`,
    );
  }
  const subdomains = below.map(inheritedSubdomain).sort(byFailing);
  const failing = subdomains.filter(
    ({ tag, messages, share }) => tag === "p" && messages > 0 && share < thresholds.aligned,
  );
  if (failing.length > 0) against.push(failingSubdomains(failing, current));
  if (settings !== undefined && settings.policy !== seen) {
    against.push(
      `reporters last saw \`p=${seen}\`, but the file says \`${settings.policy}\`: wait for newer reports`,
    );
  }
  if (settings?.testing === true || counts.published.testing) {
    against.push("`testing` weakens the current policy by one level: turn it off first");
  }
  const verdict =
    next === undefined ? "done" : thin.length > 0 ? "thin" : against.length > 0 ? "not-ready" : "ready";
  return {
    verdict,
    current,
    ...(next === undefined ? {} : { next }),
    reasons: next === undefined ? [] : [...thin, ...against],
    evidence,
    subdomains,
    breaking: under
      .flatMap((mail) =>
        mail.sources
          .filter(({ neither }) => neither > 0)
          .map((source) => breakingSource(source, mail === own ? undefined : mail.counts.domain)),
      )
      .sort((a, b) => b.messages - a.messages || (a.ip < b.ip ? -1 : 1)),
  };
}

function tooLittle(
  mails: readonly Mail[],
  evidence: Evidence,
  { thresholds, now }: ReadinessOptions,
): string[] {
  const texts: string[] = [];
  if (evidence.messages < thresholds.messages) {
    texts.push(`${evidence.messages} of at least ${thresholds.messages} messages`);
  }
  if (evidence.days < thresholds.days) {
    texts.push(`${evidence.days} of at least ${thresholds.days} days with reports`);
  }
  const newest = mails.reduce((end, { counts }) => Math.max(end, counts.newest), 0);
  const age = Math.floor((now - newest) / 86_400);
  if (newest > 0 && age > thresholds.age) {
    texts.push(`the newest report is ${age} days old; the maximum is ${thresholds.age}`);
  }
  return texts;
}

/** Names `MAX_NAMED` at most, since forgers invent subdomains. */
function failingSubdomains(failing: readonly InheritedSubdomain[], current: DmarcPolicyName): string {
  const named = failing.map(
    ({ domain, messages, share }) => `${domain} (${percent(share)} of ${messages} aligned)`,
  );
  return (
    `subdomains without a DMARC record of their own also fall under this policy and fail: ${someOf(named, { most: MAX_NAMED })}; ` +
    `set up their senders, or write \`subdomainPolicy: ${current}\` to leave them as they are`
  );
}

function inheritedSubdomain(mail: Mail & { readonly tag: PolicyTag }): InheritedSubdomain {
  const { counts, tag, messages, aligned } = mail;
  return { domain: counts.domain, tag, messages, aligned, share: shareOf(mail) };
}

function byFailing(a: InheritedSubdomain, b: InheritedSubdomain): number {
  return b.messages - b.aligned - (a.messages - a.aligned) || (a.domain < b.domain ? -1 : 1);
}

/** The policy that reporters saw for a From domain, by the tag that decides over it (RFC 9989 §4.7). */
export function publishedFor(counts: DomainCounts): DmarcPolicyName {
  const { policy, subdomainPolicy = policy, nonexistentSubdomainPolicy = subdomainPolicy } = counts.published;
  if (counts.domain === counts.published.domain) return policy;
  return governingTag(counts, counts.published) === "np" ? nonexistentSubdomainPolicy : subdomainPolicy;
}

function breakingSource(source: SourceCounts, subdomain: string | undefined): BreakingSource {
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
  return {
    ip: source.ip,
    ...(subdomain === undefined ? {} : { subdomain }),
    kind,
    messages: source.neither,
    passes,
  };
}
