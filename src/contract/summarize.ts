import type { DomainStatus, StackSummary } from "./stack-outputs.js";

/** How many domains have each status. */
export function summarize(domains: readonly { readonly status: DomainStatus }[]): StackSummary {
  const count = (wanted: DomainStatus): number => domains.filter(({ status }) => status === wanted).length;
  const parked = count("Parked");
  return {
    total: domains.length,
    verified: count("Verified"),
    pending: count("Pending"),
    failed: count("Failed"),
    ...(parked > 0 && { parked }),
  };
}
