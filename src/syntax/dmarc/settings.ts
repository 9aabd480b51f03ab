/** What a policy asks receivers to do with mail that does not align (RFC 9989 §4.7). */
export type DmarcPolicyName = "none" | "quarantine" | "reject";

/** A DMARC record as a domain file describes it. */
export interface DmarcSettings {
  readonly policy: DmarcPolicyName;
  readonly subdomainPolicy?: DmarcPolicyName;
  readonly nonexistentSubdomainPolicy?: DmarcPolicyName;
  readonly alignment: { readonly dkim: "relaxed" | "strict"; readonly spf: "relaxed" | "strict" };
  /** Addresses or `mailto:`/`https:` URIs as the file gives them; empty = no `rua`. */
  readonly aggregateReports: readonly string[];
  readonly failureReports: readonly string[];
  readonly failureOptions: readonly ("0" | "1" | "d" | "s")[];
  readonly testing: boolean;
}
