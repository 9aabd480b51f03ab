import type { SendingDomain } from "../domain/sending-domain.js";
import type { DmarcSettings } from "../syntax/dmarc/settings.js";
import { effectivePolicy, STRENGTH } from "../kinds/dmarc-strength.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/** Domains whose DMARC record we publish, each with its settings. */
function* managed(domains: readonly SendingDomain[]): Iterable<[SendingDomain, DmarcSettings]> {
  for (const domain of domains) {
    if (domain.dmarc !== "unmanaged") yield [domain, domain.dmarc];
  }
}

/** MAIL FROM is always a subdomain of the From domain, which strict alignment does not accept (RFC 9989 §4.4.2). */
export function* strictSpfAlignment({ domains }: Fleet): Iterable<Finding> {
  for (const [domain, { alignment }] of managed(domains)) {
    if (alignment.spf !== "strict" || domain.parked) continue;
    yield {
      rule: "dmarc-strict-spf-alignment",
      domain,
      path: ["dmarc", "alignment", "spf"],
      message: `with strict alignment, SPF never aligns for \`${domain.domain}\`: its MAIL FROM is \`${domain.identities[0].mailFrom.domain}\`, so DMARC relies on DKIM alone`,
      hint: "write `spf: relaxed`, or allow `dmarc-strict-spf-alignment` with the reason why DKIM alone is enough",
    };
  }
}

/** A subdomain's own record replaces the organizational domain's policy for subdomains. */
export function* weakerThanOrganization({ domains, organizations }: Fleet): Iterable<Finding> {
  for (const [domain, settings] of managed(domains)) {
    const parent = organization(domain, organizations);
    if (parent === undefined) continue;
    const [organizational, theirs] = parent;
    const asked = effectivePolicy(theirs.subdomainPolicy ?? theirs.policy, theirs);
    const own = effectivePolicy(settings.policy, settings);
    if (STRENGTH[own] >= STRENGTH[asked]) continue;
    yield {
      rule: "dmarc-weaker-than-organization",
      domain,
      path: ["dmarc", "policy"],
      message: `\`${domain.domain}\` has the policy ${own}, but \`${organizational.domain}\` sets ${asked} for its subdomains: this file weakens it`,
      hint: `write \`policy: ${asked}\`, or allow \`dmarc-weaker-than-organization\` until the subdomain's alignment is confirmed`,
      related: [
        {
          domain: organizational,
          path: policyPath(
            organizational,
            theirs.subdomainPolicy === undefined ? "policy" : "subdomainPolicy",
          ),
          message: `${asked} is set for subdomains here`,
        },
      ],
    };
  }
}

/** `sp` and `np` count on the organizational domain's record only (RFC 9989 §4.7). */
export function* subdomainPolicyIgnored({ domains, organizations }: Fleet): Iterable<Finding> {
  for (const [domain, settings] of managed(domains)) {
    const parent = organization(domain, organizations);
    if (parent === undefined) continue;
    const key = (["subdomainPolicy", "nonexistentSubdomainPolicy"] as const).find(
      (k) => settings[k] !== undefined,
    );
    if (key === undefined) continue;
    yield {
      rule: "dmarc-subdomain-policy-ignored",
      domain,
      path: ["dmarc", key],
      message: `\`${domain.domain}\` is not an organizational domain, so receivers ignore its policy for subdomains`,
      hint: `delete \`${key}\` here; ${parent[0].file} sets the policy for all names below \`${parent[0].domain}\``,
      related: [
        {
          domain: parent[0],
          path: policyPath(parent[0]),
          message: "the organizational domain's policy is here",
        },
      ],
    };
  }
}

/** Path of a domain's policy: a parked domain's is always reject, whatever its defaults say. */
function policyPath({ parked }: SendingDomain, ...key: string[]): Finding["path"] {
  return parked ? ["parked"] : ["dmarc", ...key];
}

/** The organizational domain with its policy, if it is another domain of the fleet and publishes one. */
function organization(
  domain: SendingDomain,
  organizations: Fleet["organizations"],
): [SendingDomain, DmarcSettings] | undefined {
  const organizational = organizations.get(domain);
  if (organizational === undefined || organizational.dmarc === "unmanaged") return undefined;
  return [organizational, organizational.dmarc];
}

/** Settings that ask receivers for nothing. */
export function* noEffect({ domains }: Fleet): Iterable<Finding> {
  for (const [domain, settings] of managed(domains)) {
    const policies = [settings.policy, settings.subdomainPolicy, settings.nonexistentSubdomainPolicy];
    const enforced = policies.some((policy) => policy !== undefined && policy !== "none");
    if (enforced) continue;
    if (settings.testing) {
      yield {
        rule: "dmarc-no-effect",
        domain,
        path: ["dmarc", "testing"],
        message: "`testing` weakens a policy by one level; with `policy: none` there is nothing to weaken",
        hint: "delete `testing`, or write the policy to test",
      };
    }
    if (settings.aggregateReports.length === 0 && settings.failureReports.length === 0) {
      yield {
        rule: "dmarc-no-effect",
        domain,
        path: ["dmarc", "aggregateReports"],
        message: "with `policy: none` and no reports, the record has no effect",
        hint: `add an address under \`aggregateReports\`, such as \`dmarc@${domain.domain}\``,
      };
    }
  }
}
