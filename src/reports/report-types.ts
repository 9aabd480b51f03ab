import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";

/** One row of an aggregate report: messages of one source with the same results (RFC 9990 §3.1.1.8). */
export interface ReportRecord {
  /** IPv4 or IPv6 address in its one spelling (`canonicalAddress`). */
  readonly sourceIp: string;
  /** Number of messages. */
  readonly count: number;
  /** What the receiver did; RFC 9990's `pass` is `none` here: no action either way. */
  readonly disposition: DmarcPolicyName;
  /** Whether DKIM passed with an aligned domain, as the receiver evaluated it. */
  readonly dkimAligned: boolean;
  readonly spfAligned: boolean;
  /** Domain of the From header, canonical. */
  readonly headerFrom: string;
  /** Raw results, whatever their alignment. */
  readonly dkim: readonly DomainResult[];
  readonly spf: readonly DomainResult[];
  /** Override types such as `forwarded` or `mailing_list`. */
  readonly reasons: readonly string[];
}

export interface DomainResult {
  readonly domain: string;
  /** As in RFC 8601 §2.7, lower case: `pass`, `fail`, `none`, … */
  readonly result: string;
}

/** The policy that the reporter found in DNS. */
export interface PublishedPolicy {
  readonly domain: string;
  readonly policy: DmarcPolicyName;
  readonly subdomainPolicy?: DmarcPolicyName;
  /** `np`; RFC 7489 knows none. */
  readonly nonexistentSubdomainPolicy?: DmarcPolicyName;
  /** `t=y`. */
  readonly testing: boolean;
}

/** An aggregate report after RFC 9990 or RFC 7489 Appendix C. */
export interface AggregateReport {
  /** May be empty. */
  readonly organization: string;
  readonly reportId: string;
  /** Seconds since the epoch. */
  readonly begin: number;
  readonly end: number;
  readonly published: PublishedPolicy;
  readonly records: readonly ReportRecord[];
  /** Why records were left out, one text for each. */
  readonly skipped: readonly string[];
}
