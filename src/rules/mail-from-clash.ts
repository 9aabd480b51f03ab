import { mailFromPath, type Fleet, type PlacedIdentity } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/**
 * SES needs exactly one MX on a MAIL FROM name, and it names one Region. So a name serves one identity in one Region.
 * No mail is sent from addresses at a MAIL FROM name, so it must not be an identity either.
 */
export function* mailFromClash(fleet: Fleet): Iterable<Finding> {
  for (const [name, [first, ...others]] of fleet.mailFrom) {
    for (const use of others) {
      const own = use.domain === first!.domain;
      yield {
        rule: "mail-from-clash",
        domain: use.domain,
        path: mailFromPath(use.identity),
        message: own
          ? `\`${name}\` is the MAIL FROM domain in both ${first!.identity.region} and ${use.identity.region}, but its single MX record can name only one Region`
          : `\`${name}\` is already the MAIL FROM domain of \`${first!.domain.domain}\``,
        hint: own
          ? `write under \`regions\`: \`${use.identity.region}: { mailFrom: { subdomain: ${freeLabel(fleet, use)} } }\``
          : "write another `mailFrom.subdomain` in one of the two files",
        related: [
          {
            domain: first!.domain,
            path: mailFromPath(first!.identity),
            message: `\`${name}\` is first used here`,
          },
        ],
      };
    }
    const identity = fleet.byName.get(name);
    if (identity !== undefined) {
      yield {
        rule: "mail-from-clash",
        domain: first!.domain,
        path: mailFromPath(first!.identity),
        message: `the MAIL FROM domain \`${name}\` is also a sending domain; SES needs a name that no mail is sent from`,
        hint: `write another \`mailFrom.subdomain\`, such as \`bounce\`, or remove ${identity.file}`,
        related: [{ domain: identity, path: ["domain"], message: `\`${name}\` is a sending domain here` }],
      };
    }
  }
}

/** A label for the Region that the domain doesn't use yet, such as `mail-eu-west-1`. */
function freeLabel({ mailFrom, byName }: Fleet, { domain, identity }: PlacedIdentity): string {
  const labels = ["mail", "bounce"].map((label) => `${label}-${identity.region}`);
  const name = (label: string): string => `${label}.${domain.domain}`;
  return labels.find((label) => !mailFrom.has(name(label)) && !byName.has(name(label))) ?? labels[0]!;
}
