/**
 * `SPF`: of a MAIL FROM domain, or of the domain itself. `Null MX`: the domain takes no mail (RFC 7505).
 * `DMARC reports`: another host's consent to take the domain's reports (RFC 9990 §4).
 */
export const RECORD_PURPOSES = [
  "DKIM",
  "MAIL FROM",
  "SPF",
  "DMARC",
  "Null MX",
  "TLS-RPT",
  "MTA-STS",
  "BIMI",
  "DMARC reports",
] as const;
export type RecordPurpose = (typeof RECORD_PURPOSES)[number];

/** A DNS record that a domain needs, before SES has chosen its DKIM tokens. */
export interface MailRecord {
  readonly type: "CNAME" | "MX" | "TXT";
  /** Lower-case A-label FQDN without trailing dot; the names of Easy DKIM may hold `{token1}`…`{token3}`. */
  readonly name: string;
  /** As a person types it: TXT unquoted in one piece, MX as `10 host`; may hold `{public key}`. */
  readonly value: string;
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
  /** MX preference; only on MX. */
  readonly priority?: number;
  readonly purpose: RecordPurpose;
  /** The SES Region the record belongs to; absent on records of the domain as a whole (DMARC, its own DKIM keys). */
  readonly region?: string;
  /** Name of the Cloudflare zone, where it is not the domain's own. */
  readonly zone?: string;
}
