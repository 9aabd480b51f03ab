import { groupBy } from "../../file/group-by.js";
import type { Consequence } from "../../kinds/consequence.js";
import { KINDS, type KindName } from "../../kinds/index.js";
import type { Properties } from "../../publishers/publisher.js";
import { IDENTITY, MAIL_FROM } from "../../state/urn.js";
import type { Change } from "../changes.js";
import { canonicalJson } from "../digest.js";
import type { Draft } from "../finding.js";
import { regionOf, type Known } from "../known.js";

interface Moved {
  readonly domain: string;
  /** Undefined for a record that Regions share, or that no file describes. */
  readonly region?: string;
  readonly what: "dkim" | "mailFrom";
  readonly change: Change;
}

/** What a domain file's change can say about it. */
const MEANINGS = {
  dkim: [
    "dkim-own-key",
    "new-dkim-tokens",
    "dkim-selector",
    "dkim-key-replaced",
    "hosted-zone",
    "key-length",
    "zone-moves",
    "records-by-hand",
  ],
  mailFrom: ["mail-from-moves", "zone-moves", "records-by-hand"],
} as const;

/** DKIM keys and MAIL FROM domains that move while mail depends on them: the domain is Verified. */
export function* movedWhileVerified(known: Known): Iterable<Draft> {
  const moved = known.changes.flatMap((change) => movedBy(known, change));
  for (const group of groupBy(moved, ({ domain, what }) => `${what}/${domain}`).values()) {
    const { domain, what } = group[0]!;
    const live = group.filter(({ region }) => !known.losesIdentity(domain, region));
    const verified = live.filter(({ region }) => known.wasVerified(domain, region));
    if (verified.length === 0) continue;
    const consequences = consequencesOf(known, domain, what, live);
    // Longer keys harm nothing: SES signs with the old ones until it finds the new.
    if (consequences.every(({ danger }) => danger === "notice")) continue;
    yield {
      rule: what === "dkim" ? "dkim-moved" : "mail-from-moved",
      change: describe(domain, what, live),
      domains: [domain],
      consequences,
      changes: live.map(({ change }) => change),
    };
  }
}

function movedBy(known: Known, change: Change): Moved[] {
  const { domain, type, op, old, now, loses } = change;
  // What the stack only forgets stays as it is.
  const forgotten = now === undefined && !loses;
  if (domain === undefined || old === undefined || op === "same" || forgotten) return [];
  if (type === IDENTITY) {
    if (loses || canonicalJson(old.inputs[SIGNING]) === canonicalJson(now?.inputs[SIGNING])) return [];
    return [{ domain, region: regionOf(change), what: "dkim", change }];
  }
  if (type === MAIL_FROM) {
    if (!loses && old.inputs[NAME] === now?.inputs[NAME]) return [];
    return [{ domain, region: regionOf(change), what: "mailFrom", change }];
  }
  const { purpose, region } = known.roleOf(change) ?? {};
  const what = WATCHED.find((name) => KINDS[name].purpose === purpose);
  const { was, is } = change.record ?? {};
  const moves = loses || was?.name !== is?.name || was?.value !== is?.value || was?.zone !== is?.zone;
  return what !== undefined && moves
    ? [{ domain, ...(region !== undefined && { region }), what, change }]
    : [];
}

/** Inputs of an identity and of its MAIL FROM domain. */
const SIGNING = "dkimSigningAttributes";
const NAME = "mailFromDomain";

/** The kinds whose records SES looks for. */
const WATCHED = ["dkim", "mailFrom"] as const satisfies readonly KindName[];

function consequencesOf(
  known: Known,
  domain: string,
  what: Moved["what"],
  moved: readonly Moved[],
): readonly Consequence[] {
  const meant = known.meanings(domain, MEANINGS[what]);
  const found = meant.length > 0 || what !== "dkim" ? meant : [...signingSteps(known, domain, moved)];
  // What only concerns the signing key doesn't explain why records change.
  const harmless = found.every(({ danger }) => danger === "notice");
  if (found.length > 0 && !(harmless && moved.some(isRecord))) return found;
  return [
    what === "dkim"
      ? {
          danger: "outage",
          code: "dkim-moved",
          message: `the DKIM records or the signing key of \`${domain}\` change: mail is unsigned, or its signatures fail, until SES finds the new ones`,
        }
      : {
          danger: "risk",
          code: "mail-from-moved",
          message: `${mailFromWords(moved)}: until SES finds the MX record again, SPF does not align, or SES refuses to send (\`onMxFailure: rejectMessage\`)`,
        },
  ];
}

/** What the step itself says about the signing keys, in the words of their kind. */
function* signingSteps(known: Known, domain: string, moved: readonly Moved[]): Iterable<Consequence> {
  for (const { change, region } of moved) {
    const identity = known.now(domain)?.identities.find((each) => each.region === region);
    const [was, is] = [keyLengthOf(change.old), keyLengthOf(change.now)];
    if (identity === undefined || was === undefined || is === undefined) continue;
    yield* KINDS.dkim.consequences(
      { ...identity, dkim: { keyLength: was } },
      { ...identity, dkim: { keyLength: is } },
    );
  }
}

/** The length of the keys that SES generates; undefined for a domain's own key. */
function keyLengthOf(state: Change["old"]): 1024 | 2048 | undefined {
  const { nextSigningKeyLength, domainSigningSelector } = (state?.inputs[SIGNING] ?? {}) as Properties;
  if (domainSigningSelector !== undefined) return undefined;
  if (nextSigningKeyLength === "RSA_1024_BIT") return 1024;
  return nextSigningKeyLength === "RSA_2048_BIT" ? 2048 : undefined;
}

function mailFromWords(moved: readonly Moved[]): string {
  const [move] = namesOf(moved);
  return move === undefined ? "the MX record of the MAIL FROM domain changes" : `MAIL FROM moves ${move}`;
}

/** `from mail.yourdomain.com to bounce.yourdomain.com`. */
function namesOf(moved: readonly Moved[]): string[] {
  return moved.flatMap(({ change: { type, old, now } }) => {
    if (type !== MAIL_FROM) return [];
    const to = now === undefined ? "amazonses.com" : String(now.inputs[NAME]);
    return [`from ${String(old?.inputs[NAME])} to ${to}`];
  });
}

function describe(domain: string, what: Moved["what"], moved: readonly Moved[]): string {
  if (what === "dkim") {
    const [records, keys] = [moved.filter(isRecord).length, moved.some((each) => !isRecord(each))];
    const parts = [
      ...(keys ? ["the signing key"] : []),
      ...(records > 0 ? [`${records} DKIM record${records === 1 ? "" : "s"}`] : []),
    ];
    return `change ${parts.join(" and ")} of ${domain}`;
  }
  const names = [...new Set(namesOf(moved))].sort();
  return names.length > 0
    ? `move MAIL FROM of ${domain} ${names.join(", ")}`
    : `change the MAIL FROM record of ${domain}`;
}

function isRecord({ change }: Moved): boolean {
  return change.record !== undefined;
}
