import { identityPath } from "../kinds/kind.js";
import { groupBy } from "../file/group-by.js";
import type { Fleet } from "./fleet-index.js";
import type { Finding } from "./finding.js";

const PRIVATE_KEY = ["dkim", "bringYourOwn", "privateKey"];

/** A selector's record contains one key (RFC 6376 §3.6.2.2), so Regions that share the selector share the key. */
export function* dkimSelectorClash({ domains }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    const uses = domain.identities.flatMap((identity) =>
      "selector" in identity.dkim ? [{ identity, dkim: identity.dkim }] : [],
    );
    for (const [selector, [first, ...others]] of groupBy(uses, ({ dkim }) => dkim.selector)) {
      for (const { identity, dkim } of others) {
        if (dkim.privateKey === first!.dkim.privateKey) continue;
        yield {
          rule: "dkim-selector-clash",
          domain,
          path: identityPath(identity, PRIVATE_KEY),
          message: `the selector \`${selector}\` already has another key in ${first!.identity.region}`,
          hint: "give this key its own selector, or use the same key in both Regions",
          related: [
            {
              domain,
              path: identityPath(first!.identity, PRIVATE_KEY),
              message: `\`${selector}\` is first used here`,
            },
          ],
        };
      }
    }
  }
}
