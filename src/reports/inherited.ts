import { remember } from "../file/remember.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";
import { isAtOrBelow } from "../file/names.js";
import { effectivePolicy } from "../kinds/dmarc-strength.js";
import { emptyDomainCounts, type DomainCounts, type ReportCounter } from "./count.js";

/** Tag of a DMARC record that decides over a domain's mail (RFC 9989 §4.7). */
export type PolicyTag = "p" | "sp" | "np";

/** What a record asks for; an absent `sp` is `p`, an absent `np` is `sp`. */
export interface Policies {
  readonly policy: DmarcPolicyName;
  readonly subdomainPolicy?: DmarcPolicyName;
  readonly nonexistentSubdomainPolicy?: DmarcPolicyName;
}

/** A domain with the From domains below it that have no DMARC record of their own. */
export interface PolicyDomain {
  readonly counts: DomainCounts;
  readonly inherited: readonly DomainCounts[];
  /** Reports that speak of its record. */
  readonly reports: number;
}

/**
 * Groups every From domain with the one whose record applies to it (RFC 9989 §4.10.1): its own file's, else where the
 * reporters found the record (`policy_published/domain`, RFC 9990). A domain with a file also appears when only names
 * below it send.
 */
export function policyDomains(
  { domains: counted, byPolicyDomain }: Pick<ReportCounter, "domains" | "byPolicyDomain">,
  files: ReadonlyMap<string, SendingDomain>,
): PolicyDomain[] {
  const inherited = new Map<string, DomainCounts[]>();
  for (const counts of counted.values()) {
    const parent = policyDomain(counts, files.get(counts.domain));
    if (parent !== counts.domain) remember(inherited, parent, () => []).push(counts);
  }
  const domains = [...counted.values()].map((counts) => ({
    counts,
    inherited: inherited.get(counts.domain) ?? [],
    reports: byPolicyDomain.get(counts.domain) ?? 0,
  }));
  for (const [domain, below] of inherited) {
    if (counted.has(domain) || !files.has(domain)) continue;
    const newest = below.reduce((a, b) => (b.newest > a.newest ? b : a));
    domains.push({
      counts: emptyDomainCounts(domain, newest.published),
      inherited: below,
      reports: byPolicyDomain.get(domain) ?? 0,
    });
  }
  return domains;
}

/** Name of the domain whose record decides over a From domain's mail. */
export function policyDomain({ domain, published }: DomainCounts, file: SendingDomain | undefined): string {
  const own = file !== undefined && file.dmarc !== "unmanaged";
  return own || !isAtOrBelow(domain, published.domain) ? domain : published.domain;
}

/** The tag of the record at the domain above that decides over `subdomain`. */
export function governingTag(subdomain: DomainCounts, policies: Policies): PolicyTag {
  if (policies.nonexistentSubdomainPolicy !== undefined && isTreatedAsNonexistent(subdomain)) return "np";
  return policies.subdomainPolicy === undefined ? "p" : "sp";
}

/**
 * Whether receivers applied `np` to it. Reports do not say whether a name exists, but where `np` asks for something
 * else than `sp`, what was done with most of the messages that failed tells which of the two it was.
 */
function isTreatedAsNonexistent({ published, disposition, messages, neither }: DomainCounts): boolean {
  const sp = published.subdomainPolicy ?? published.policy;
  const existing = effectivePolicy(sp, published);
  const nonexistent = effectivePolicy(published.nonexistentSubdomainPolicy ?? sp, published);
  if (existing === nonexistent || neither === 0) return false;
  // Aligned messages have the disposition `none` as well.
  const treated = { ...disposition, none: Math.max(0, disposition.none - (messages - neither)) };
  return treated[nonexistent] > neither / 2;
}
