import type { DmarcSettings } from "../syntax/dmarc/settings.js";
import { effectivePolicy } from "../kinds/dmarc-strength.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/** Mailbox providers show a logo only for domains whose forged mail they are asked to refuse or to put into spam. */
export function* bimiWithoutEnforcement({ domains }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    if (domain.bimi === undefined || domain.dmarc === "unmanaged") continue;
    const weak = weakSetting(domain.dmarc);
    if (weak === undefined) continue;
    yield {
      rule: "bimi-without-enforcement",
      domain,
      path: ["dmarc", weak],
      message: `the DMARC policy of \`${domain.domain}\` is not enforced: no mailbox provider shows its logo`,
      hint: "raise the policy to quarantine or reject once the reports show that mail aligns, or leave `bimi` out until then",
      related: [{ domain, path: ["bimi"], message: "the logo is given here" }],
    };
  }
}

/** The setting that keeps the policy, or that for subdomains, from being enforced. */
function weakSetting(dmarc: DmarcSettings): keyof DmarcSettings | undefined {
  if (effectivePolicy(dmarc.policy, dmarc) === "none") return dmarc.policy === "none" ? "policy" : "testing";
  return dmarc.subdomainPolicy === "none" ? "subdomainPolicy" : undefined;
}
