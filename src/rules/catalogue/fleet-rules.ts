import type { Rule } from "./rule.js";

/** A rule of the fleet is checked by a file of `src/rules`, unless only DNS or the calendar tells whether it is broken. */
type FleetRule = Rule & ({ readonly check: string } | { readonly online: true } | { readonly dated: true });

/** Rules across files, and about the mail policy that results from a file's settings. */
export const fleetRules = {
  "mail-from-clash": {
    check: "mail-from-clash",
    severity: "error",
    summary: "A MAIL FROM name belongs to one identity in one Region and is not an identity itself.",
    reference: "Amazon SES Developer Guide, Using a custom MAIL FROM domain",
  },
  "dkim-selector-clash": {
    check: "dkim-selector",
    severity: "error",
    summary: "Regions of a domain that share a DKIM selector share its private key.",
    reference: "RFC 6376 §3.6.2.2",
  },
  "dkim-retired-selector": {
    check: "dkim-selector",
    severity: "error",
    summary: "A retired DKIM selector is listed once, with one key, and is not one that SES signs with.",
    reference: "RFC 6376 §3.6.2.2",
  },
  "dkim-retired-past": {
    severity: "warning",
    summary: "A retired DKIM key is deleted once its date has passed.",
    reference: "RFC 6376 §3.1; RFC 5321 §4.5.4.1",
    dated: true,
  },
  "configuration-set-clash": {
    check: "configuration-sets",
    severity: "error",
    summary: "All domains that use a configuration set in a Region describe it in the same way.",
    reference: "Amazon SES Developer Guide, Using configuration sets",
  },
  "event-destination-region": {
    check: "configuration-sets",
    severity: "warning",
    summary: "An event destination's target is in the Region of its configuration set.",
    reference: "Amazon SES Developer Guide, Monitor email sending using event publishing",
    allowable: true,
  },
  "records-per-zone": {
    check: "zone",
    severity: "warning",
    summary: "A zone has no more records than the smallest plan of its DNS host allows.",
    reference: "Cloudflare DNS documentation, Manage DNS records",
    allowable: true,
  },
  "identities-per-region": {
    check: "identities-per-region",
    severity: "error",
    summary: "A Region has at most 10,000 identities.",
    reference: "Amazon SES Developer Guide, Service quotas",
    allowable: true,
  },
  "spf-syntax": {
    check: "spf",
    severity: "error",
    summary: "Each SPF include, and each term of `apexSpf`, has the syntax of RFC 7208.",
    reference: "RFC 7208 §12",
  },
  "spf-lookups": {
    check: "spf",
    severity: "error",
    summary: "Evaluating the SPF record needs at most 10 DNS lookups.",
    reference: "RFC 7208 §4.6.4",
  },
  "spf-known-lookups": {
    check: "spf",
    severity: "warning",
    summary:
      "Evaluating the SPF record needs at most 10 DNS lookups, by the last known cost of its includes.",
    reference: "RFC 7208 §4.6.4",
    allowable: true,
  },
  "spf-include-loop": {
    check: "spf",
    severity: "error",
    summary: "An SPF record does not include itself.",
    reference: "RFC 7208 §5.2, §4.6.4",
  },
  "spf-include-record": {
    severity: "error",
    summary: "Each name that the SPF record includes, directly or indirectly, has one valid SPF record.",
    reference: "RFC 7208 §5.2, §4.5",
    online: true,
  },
  "spf-void-lookups": {
    severity: "error",
    summary: "Evaluating the SPF record asks DNS for at most two records that don't exist.",
    reference: "RFC 7208 §4.6.4",
    // Receivers SHOULD have this limit and MAY choose it: an error for those that have it, but a file may know better.
    allowable: true,
    online: true,
  },
  "spf-mx-hosts": {
    severity: "error",
    summary: "Each `mx` in the SPF record leads to at most 10 mail hosts.",
    reference: "RFC 7208 §4.6.4",
    online: true,
  },
  "spf-not-checked": {
    severity: "warning",
    summary: "DNS answers for every name that the SPF record includes.",
    reference: "RFC 7208 §2.6.6",
    online: true,
  },
  "spf-length": {
    check: "spf",
    severity: "warning",
    summary: "An SPF record has at most 450 bytes.",
    reference: "RFC 7208 §3.4",
    allowable: true,
  },
  "spf-ptr": {
    check: "spf",
    severity: "warning",
    summary: "An SPF record does not use `ptr`.",
    reference: "RFC 7208 §5.5",
    allowable: true,
  },
  "spf-unknown-modifier": {
    check: "spf",
    severity: "warning",
    summary: "An SPF record has no modifier that receivers don't know.",
    reference: "RFC 7208 §6; IANA SPF Modifier Names",
    allowable: true,
  },
  "spf-redirect": {
    check: "spf",
    severity: "warning",
    summary: "An SPF record with `all` has no `redirect`: receivers would ignore it.",
    reference: "RFC 7208 §6.1",
    allowable: true,
  },
  "spf-duplicate-include": {
    check: "spf",
    severity: "warning",
    summary: "An SPF record includes each name once.",
    reference: "RFC 7208 §4.6.4",
    allowable: true,
  },
  "dmarc-strict-spf-alignment": {
    check: "dmarc-policy",
    severity: "warning",
    summary:
      "SPF alignment is relaxed: with strict alignment, SPF never aligns, because MAIL FROM is a subdomain.",
    reference: "RFC 9989 §4.4.2; Amazon SES Developer Guide, Using a custom MAIL FROM domain",
    allowable: true,
  },
  "dmarc-weaker-than-organization": {
    check: "dmarc-policy",
    severity: "warning",
    summary:
      "A subdomain's DMARC policy is no weaker than its organizational domain's policy for subdomains.",
    reference: "RFC 9989 §4.10.1",
    allowable: true,
  },
  "dmarc-subdomain-policy-ignored": {
    check: "dmarc-policy",
    severity: "warning",
    summary: "Policies for subdomains are set on the organizational domain: receivers ignore them below it.",
    reference: "RFC 9989 §4.7",
    allowable: true,
  },
  "dmarc-external-reports": {
    check: "dmarc-reports",
    severity: "warning",
    summary:
      "A report destination of another organization has published its consent to receive this domain's reports.",
    reference: "RFC 9990 §4; RFC 9991 §5",
    allowable: true,
  },
  "reports-to-parked-domain": {
    check: "dmarc-reports",
    severity: "warning",
    summary: "DMARC and TLS reports go to a domain that receives mail.",
    reference: "RFC 7505 §3",
    allowable: true,
  },
  "bimi-without-enforcement": {
    check: "bimi",
    severity: "warning",
    summary: "A domain with a BIMI logo enforces its DMARC policy, also for subdomains.",
    reference: "draft-brand-indicators-for-message-identification §7.1",
    allowable: true,
  },
  "dmarc-no-effect": {
    check: "dmarc-policy",
    severity: "warning",
    summary: "A DMARC record has an effect: a policy other than none, or reports.",
    reference: "RFC 9989 §4.7",
    allowable: true,
  },
} as const satisfies Readonly<Record<string, FleetRule>>;

export type FleetRuleName = keyof typeof fleetRules;

/** The files of `src/rules` that look for broken rules. */
export type CheckName = Extract<(typeof fleetRules)[FleetRuleName], { readonly check: string }>["check"];
