import type { RegionalIdentity, RetiredDkimKey, SendingDomain } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
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

const RETIRED = ["dkim", "retired"] as const;

interface Entry {
  readonly identity: RegionalIdentity;
  readonly path: KeyPath;
  readonly key: RetiredDkimKey;
}

/** Each retired selector has one record, which is nobody else's: it must contain one key (RFC 6376 §3.6.2.2). */
export function* dkimRetiredSelectors({ domains }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    const entries = domain.identities.flatMap((identity) =>
      identity.retiredKeys.map((key, index): Entry => {
        return { identity, key, path: identityPath(identity, [...RETIRED, index, "selector"]) };
      }),
    );
    for (const [selector, listed] of groupBy(entries, ({ key }) => key.selector)) {
      const finding = usedFinding(domain, selector, listed[0]!) ?? repeatedFinding(domain, selector, listed);
      if (finding !== undefined) yield { rule: "dkim-retired-selector", domain, ...finding };
    }
  }
}

type Found = Pick<Finding, "path" | "message" | "hint" | "related">;

function usedFinding(domain: SendingDomain, selector: string, { path }: Entry): Found | undefined {
  const signing = domain.identities.find(({ dkim }) => "selector" in dkim && dkim.selector === selector);
  if (signing === undefined) return undefined;
  return {
    path,
    message: `the selector \`${selector}\` is retired, but SES signs with it in ${signing.region}`,
    hint: "give `bringYourOwn` a new selector and key, or delete this entry",
    related: [
      {
        domain,
        path: identityPath(signing, ["dkim", "bringYourOwn", "selector"]),
        message: `\`${selector}\` is in use here`,
      },
    ],
  };
}

function repeatedFinding(
  domain: SendingDomain,
  selector: string,
  [first, ...others]: readonly Entry[],
): Found | undefined {
  // Regions may share a list, or repeat an entry of it.
  const other = others.find(
    ({ identity, key }) => identity === first!.identity || key.publicKey !== first!.key.publicKey,
  );
  if (other === undefined) return undefined;
  const same = other.identity === first!.identity;
  return {
    path: other.path,
    message: same
      ? `the selector \`${selector}\` is retired twice`
      : `the retired selector \`${selector}\` has another public key in ${first!.identity.region}`,
    hint: same ? "delete one of the entries" : "give it the same key in both Regions: the one in its record",
    related: [{ domain, path: first!.path, message: `\`${selector}\` is first retired here` }],
  };
}
