import * as log from "@pulumi/pulumi/log/index.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { someLines } from "../file/some-of.js";
import { effectivePolicy } from "../kinds/dmarc-strength.js";
import type { Verdict } from "../contract/stack-outputs.js";
import { isDecayed } from "../contract/condition.js";

/** How many domains a warning names. */
const NAMED = 10;

/** Logs what people must not miss among the outputs. @param verdicts in the order of the fleet */
export async function warnOfVerdicts(
  fleet: readonly SendingDomain[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const pairs = fleet.map((domain, index) => [domain, verdicts[index]!] as const);
  await warn(
    pairs.flatMap(([{ domain }, { verification }]) =>
      isDecayed(verification) ? [`${domain} ${verification.reason}`] : [],
    ),
    "To see what to do, run: mailstack verify",
  );
  await warn(
    pairs.flatMap(([domain, verdict]) => {
      const policy = prematurePolicy(domain, verdict);
      return policy === undefined ? [] : [`${domain.domain} asks for ${policy}`];
    }),
    "These DMARC policies apply although SES has never verified the domain. Until it does, mail that it sends for the " +
      "domain fails DMARC. Start with `policy: none`, and tighten it once `mailstack dmarc` shows that mail aligns.",
  );
}

/** The policy of a domain that has never been Verified, as far as is known; undefined for none. */
export function prematurePolicy({ dmarc }: SendingDomain, verdict: Verdict): string | undefined {
  const { status, verification } = verdict;
  if (dmarc === "unmanaged" || status === "Verified" || status === "Parked") return undefined;
  const { identity, lastVerifiedAt } = verification;
  if (identity === "UNKNOWN" || isDecayed(verification) || lastVerifiedAt !== undefined) return undefined;
  const policy = effectivePolicy(dmarc.policy, dmarc);
  return policy === "none" ? undefined : policy;
}

async function warn(lines: readonly string[], advice: string): Promise<void> {
  if (lines.length === 0) return;
  await log.warn(`${someLines(lines, NAMED).join("\n  ")}\n${advice}`);
}
