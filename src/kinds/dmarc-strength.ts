import type { DmarcPolicyName, DmarcSettings } from "../syntax/dmarc/settings.js";

/** Policies by how strictly they treat mail that does not align. */
export const STRENGTH: Readonly<Record<DmarcPolicyName, number>> = { none: 0, quarantine: 1, reject: 2 };

const ONE_BELOW = { none: "none", quarantine: "none", reject: "quarantine" } as const;

/** What receivers really apply: `t=y` asks them to stay one level below the policy (RFC 9989 §4.7). */
export function effectivePolicy(
  policy: DmarcPolicyName,
  { testing }: Pick<DmarcSettings, "testing">,
): DmarcPolicyName {
  return testing ? ONE_BELOW[policy] : policy;
}
