import type { IdentityBase, RetiredDkimKey } from "../domain/sending-domain.js";
import { readPublicKey } from "../syntax/dkim-key.js";
import type { Consequence } from "./consequence.js";
import {
  DKIM_MARK,
  ownKeyName,
  ownKeyResource,
  ownKeyValue,
  type DkimFile,
  type DkimSettings,
} from "./dkim.js";
import { identityPath, type DomainWith, type IdentityKind } from "./kind.js";
import { setting } from "./setting.js";

export interface RetiredDkim {
  readonly retiredKeys: readonly RetiredDkimKey[];
}

type Signing = IdentityBase & DkimSettings & RetiredDkim;
type Signer = DomainWith<Signing>;

function resolveRetired({ settings }: DkimFile): RetiredDkim {
  return {
    retiredKeys: (settings.dkim?.retired ?? []).map(({ selector, until, publicKey }) => {
      const key = readPublicKey(publicKey);
      if ("problem" in key) throw new Error(`a checked public key ${key.problem}`);
      return { selector: selector.toLowerCase(), until, publicKey: key.publicKey };
    }),
  };
}

/** The domain's retired keys, each once; Regions may share them. Where they disagree on the date, the last one counts. */
export function retiredKeysOf({
  identities,
}: {
  readonly identities: readonly RetiredDkim[];
}): readonly RetiredDkimKey[] {
  const keys = new Map<string, RetiredDkimKey>();
  for (const key of identities.flatMap(({ retiredKeys }) => retiredKeys)) {
    const other = keys.get(key.selector);
    if (other === undefined || other.until < key.until) keys.set(key.selector, key);
  }
  return [...keys.values()];
}

/**
 * Records of the domain's own keys that SES no longer signs with. Receivers check mail in transit against them: a
 * signer keeps a key published for as long as its mail may take (RFC 6376 §3.1).
 */
export const dkimRetired = {
  scope: "identity",
  purpose: "retired DKIM",
  role: "shown",
  // Shared with the kind `dkim`, which comes first: state alone doesn't tell whether a key is retired.
  resources: /^[^/]+\._domainkey\.[^/]+\/dkim$/,
  loss: "Mail in transit that was signed with this retired key fails DKIM.",
  // `dkim.retired` is one of the keys of the kind `dkim`.
  keys: {},
  resolve: resolveRetired,
  txt: DKIM_MARK,
  alone: "name",
  records: (identity, { domain }) =>
    identity.retiredKeys.map(({ selector, publicKey }, index) => {
      const name = ownKeyName(selector, domain);
      return {
        type: "TXT",
        name,
        value: ownKeyValue(publicKey),
        resource: ownKeyResource(name),
        slot: selector,
        continues: "dkim",
        origin: identityPath(identity, ["dkim", "retired", index, "selector"]),
        publish: "any",
      };
    }),
  settings: ({ retiredKeys }) =>
    retiredKeys.map((key) => setting(`dkim.retired.${key.selector}`, `until ${key.until}`, key)),
  *consequences(_was, now, { before, after }) {
    // Regions share the records, so the first that stays tells of them.
    const stays = ({ region }: Signing): boolean => before.identities.some((one) => one.region === region);
    if (now.region !== after.identities.find(stays)?.region) return;
    yield* withdrawn(before, after);
    for (const key of retiredKeysOf(after)) yield* retired(key, before);
  },
} as const satisfies IdentityKind<RetiredDkim, DkimSettings>;

function selectorOf({ dkim }: Pick<Signing, "dkim">): string | undefined {
  return "selector" in dkim ? dkim.selector : undefined;
}

/** Keys whose records this change deletes. */
function* withdrawn(before: Signer, { domain, identities }: Signer): Iterable<Consequence> {
  const kept = new Set(
    identities.flatMap((one) => [selectorOf(one), ...one.retiredKeys.map(({ selector }) => selector)]),
  );
  const used = new Set(before.identities.map(selectorOf));
  for (const selector of used) {
    if (selector === undefined || kept.has(selector)) continue;
    yield {
      danger: "risk",
      code: "dkim-key-withdrawn",
      message:
        `the record of the selector \`${selector}\` is deleted: mail in transit that was signed with it fails DKIM. To keep it, add ` +
        `\`retired: [{ selector: ${selector}, until: YYYY-MM-DD, publicKey: … }]\` to \`dkim\`: with a date at least ` +
        `${TRANSIT_DAYS} days after the update, and the key that follows \`p=\` in the record ${ownKeyName(selector, domain)}`,
    };
  }
  for (const { selector } of retiredKeysOf(before)) {
    if (kept.has(selector)) continue;
    yield {
      danger: "notice",
      code: "dkim-retired-removed",
      message: `the record of the retired selector \`${selector}\` is deleted; \`mailstack status\` says whether mail signed with it may still be in transit`,
    };
  }
}

/**
 * Days that mail may be in transit: a server tries to deliver for 4 to 5 days before it gives up (RFC 5321 §4.5.4.1).
 */
export const TRANSIT_DAYS = 5;

function* retired(
  { selector, publicKey }: RetiredDkimKey,
  { domain, identities }: Signer,
): Iterable<Consequence> {
  const name = ownKeyName(selector, domain);
  const before = retiredKeysOf({ identities }).find((key) => key.selector === selector);
  if (before !== undefined) {
    if (before.publicKey === publicKey) return;
    yield {
      danger: "risk",
      code: "dkim-retired-key-changed",
      message: `the retired selector \`${selector}\` gets another public key: mail in transit that was signed with it fails DKIM`,
    };
  } else if (identities.some((one) => selectorOf(one) === selector)) {
    yield {
      danger: "notice",
      code: "dkim-key-retired",
      message: `the record ${name} stays, so mail in transit that was signed with it passes; \`pulumi up\` refuses a \`publicKey\` that differs from the published one`,
    };
  } else {
    yield {
      danger: "notice",
      code: "dkim-retired-unknown",
      message: `\`${selector}\` was not in use before this change: \`pulumi up\` creates a record for it at ${name}`,
    };
  }
}
