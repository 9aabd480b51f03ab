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
  readonly purpose: "DKIM" | "MAIL FROM" | "SPF" | "DMARC";
  /** The SES Region the record belongs to; absent on records of the domain as a whole (DMARC, its own DKIM keys). */
  readonly region?: string;
}
