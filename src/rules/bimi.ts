import type { DmarcSettings } from "../syntax/dmarc/settings.js";
import { effectivePolicy } from "../kinds/dmarc-strength.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/** Mailbox providers show a logo only for domains that ask them to reject forged mail or send it to spam. */
export function* bimiWithoutEnforcement({ domains }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    if (domain.bimi === undefined || domain.dmarc === "unmanaged") continue;
    const weak = weakSetting(domain.dmarc);
    if (weak === undefined) continue;
    yield {
      rule: "bimi-without-enforcement",
      domain,
      path: ["dmarc", weak],
      message: `the DMARC policy of \`${domain.domain}\` is not enforced, so no mailbox provider shows its logo`,
      hint: "raise the policy to quarantine or reject once reports show that mail aligns, or leave `bimi` out until then",
      related: [{ domain, path: ["bimi"], message: "the logo is given here" }],
    };
  }
}

/** The setting that keeps the policy, or the policy for subdomains, from being enforced. */
function weakSetting(dmarc: DmarcSettings): keyof DmarcSettings | undefined {
  if (effectivePolicy(dmarc.policy, dmarc) === "none") return dmarc.policy === "none" ? "policy" : "testing";
  return dmarc.subdomainPolicy === "none" ? "subdomainPolicy" : undefined;
}
