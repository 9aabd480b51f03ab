import type { CrossCheck, MergedFile } from "../domain/merged-file.js";
import type { DomainBase, IdentityBase } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import { apexSpf } from "./apex-spf.js";
import { bimi } from "./bimi.js";
import { dkim } from "./dkim.js";
import { dkimRetired } from "./dkim-retired.js";
import { dmarc } from "./dmarc.js";
import type { DomainKind, IdentityKind, Kind, RecordDraft, Role } from "./kind.js";
import { mailFrom } from "./mail-from.js";
import { mtaSts } from "./mta-sts.js";
import { nullMx } from "./null-mx.js";
import { reportConsent } from "./report-consent.js";
import { spf } from "./spf.js";
import { mayCount, type TxtMark } from "../syntax/txt-mark.js";
import { tlsRpt } from "./tls-rpt.js";

/** Every kind of record, in the order in which the documentation lists them: the only list of them. */
export const KINDS = {
  dkim,
  dkimRetired,
  mailFrom,
  spf,
  dmarc,
  nullMx,
  apexSpf,
  tlsRpt,
  mtaSts,
  bimi,
  reportConsent,
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;
export type RecordPurpose = (typeof KINDS)[KindName]["purpose"];

type All<Union> = (Union extends unknown ? (part: Union) => void : never) extends (all: infer T) => void
  ? T
  : never;
type NamesOf<Scope extends Kind["scope"]> = {
  [K in KindName]: (typeof KINDS)[K]["scope"] extends Scope ? K : never;
}[KindName];

/** Kinds of the domain as a whole that a parked domain also has settings of: they say which keys are for sending only. */
type ForParkedToo = {
  [K in NamesOf<"domain">]: (typeof KINDS)[K] extends { sendingOnly: unknown } ? K : never;
}[NamesOf<"domain">];
type SettingsOf<Name extends KindName> = All<ReturnType<(typeof KINDS)[Name]["resolve"]>>;

/** One SES identity of the domain, with the settings of each kind of record. */
export type RegionalIdentity = IdentityBase & SettingsOf<NamesOf<"identity">>;

/** A domain that sends, with the settings of each kind of record. */
export type ActiveDomain = DomainBase &
  SettingsOf<NamesOf<"domain">> & {
    readonly parked: false;
    /** In the order of the file; one, unless it names several Regions. */
    readonly identities: readonly [RegionalIdentity, ...RegionalIdentity[]];
  };

/** A domain that neither sends nor receives mail: nothing of it is at SES, and its DMARC policy is reject. */
export type ParkedDomain = DomainBase &
  SettingsOf<ForParkedToo> & {
    readonly [Key in keyof SettingsOf<Exclude<NamesOf<"domain">, ForParkedToo>>]?: undefined;
  } & { readonly parked: true; readonly identities: readonly [] };

export type SendingDomain = ActiveDomain | ParkedDomain;

const ENTRIES = Object.entries(KINDS) as readonly (readonly [KindName, Kind])[];
const IDENTITY_ENTRIES = ofScope("identity");
const DOMAIN_ENTRIES = ofScope("domain");

export const IDENTITY_KINDS: readonly IdentityKind[] = IDENTITY_ENTRIES.map(([, kind]) => kind);
export const DOMAIN_KINDS: readonly DomainKind[] = DOMAIN_ENTRIES.map(([, kind]) => kind);

function ofScope<S extends Kind["scope"]>(scope: S): (readonly [KindName, Extract<Kind, { scope: S }>])[] {
  return ENTRIES.filter((entry): entry is readonly [KindName, Extract<Kind, { scope: S }>] => {
    return entry[1].scope === scope;
  });
}

/** The kinds' keys of a domain file; those of identities can differ by Region. */
export const IDENTITY_KEYS = keysOf(IDENTITY_KINDS) as All<(typeof KINDS)[NamesOf<"identity">]["keys"]>;
export const DOMAIN_KEYS = keysOf(DOMAIN_KINDS) as All<(typeof KINDS)[NamesOf<"domain">]["keys"]>;

function keysOf(kinds: readonly Kind[]): object {
  return Object.assign({}, ...kinds.map(({ keys }) => keys)) as object;
}

/** The checks of all kinds; those of identities also apply to each Region's own settings. */
export const KIND_CHECKS: readonly CrossCheck[] = ENTRIES.flatMap(([, { checks = [] }]) => checks);
export const IDENTITY_CHECKS: readonly CrossCheck[] = IDENTITY_KINDS.flatMap(({ checks = [] }) => checks);

/** The settings of a file for one Region. */
export function identitySettings(file: MergedFile): SettingsOf<NamesOf<"identity">> {
  return resolveAll<NamesOf<"identity">>(IDENTITY_KINDS, file);
}

/** The settings of a domain that sends, as a whole. */
export function domainSettings(file: MergedFile): SettingsOf<NamesOf<"domain">> {
  return resolveAll<NamesOf<"domain">>(DOMAIN_KINDS, file);
}

export function parkedSettings(file: MergedFile): SettingsOf<ForParkedToo> {
  const kinds = DOMAIN_KINDS.filter(({ sendingOnly }) => sendingOnly !== undefined);
  return resolveAll<ForParkedToo>(kinds, file);
}

function resolveAll<Name extends KindName>(kinds: readonly Kind[], file: MergedFile): SettingsOf<Name> {
  return Object.assign({}, ...kinds.map((kind) => kind.resolve(file))) as SettingsOf<Name>;
}

/** Names that keys have elsewhere, with the path of the key that is meant. */
export const SYNONYMS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...ENTRIES.map(([, { synonyms }]) => synonyms),
) as Record<string, string>;

/** Paths of the kinds' keys that mean nothing for a parked domain. */
export const SENDING_ONLY: readonly KeyPath[] = ENTRIES.flatMap(
  ([, { keys, sendingOnly = Object.keys(keys).map((key) => [key]) }]) => sendingOnly,
);

/** What the records of plans and stack outputs are for, each named once. */
export const RECORD_PURPOSES = [...new Set(ENTRIES.map(([, { purpose }]) => purpose))] as [
  RecordPurpose,
  ...RecordPurpose[],
];

/** A DNS record that a domain needs, before SES has chosen its DKIM tokens. */
export interface MailRecord extends Omit<RecordDraft, "slot" | "continues"> {
  readonly kind: KindName;
  readonly purpose: RecordPurpose;
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
  /** Name of the stack's resource that publishes it. */
  readonly resource: string;
  /** The record's role among those of its domain, which pairs it with its successor. */
  readonly role: string;
}

/**
 * Every DNS record of the domain: first those of its identities, Region by Region, in the order of the file; then those
 * of the domain as a whole: at its own name, below it, and in other zones.
 */
export function recordsOf(domain: SendingDomain): readonly MailRecord[] {
  const regional = domain.identities.flatMap((identity) =>
    IDENTITY_ENTRIES.flatMap(([name, kind]) =>
      kind.records(identity, domain).map((draft) => complete(domain, name, draft)),
    ),
  );
  const own = DOMAIN_ENTRIES.flatMap(([name, kind]) =>
    kind.records(domain).map((draft) => complete(domain, name, draft)),
  );
  // Regions share the records of the domain's own keys, which come first.
  const shared = regional.filter(
    ({ region, resource }, index) =>
      region === undefined && regional.findIndex((other) => other.resource === resource) === index,
  );
  return [...shared, ...regional.filter(({ region }) => region !== undefined), ...byDistance(domain, own)];
}

function complete({ domain, ttl }: SendingDomain, kind: KindName, draft: RecordDraft): MailRecord {
  const { slot, continues = kind, ...record } = draft;
  return {
    ...record,
    kind,
    purpose: KINDS[kind].purpose,
    ttl,
    resource: `${domain}/${draft.resource}`,
    role: [
      continues,
      ...(draft.region === undefined ? [] : [draft.region]),
      ...(slot === undefined ? [] : [slot]),
    ].join("/"),
  };
}

function byDistance({ domain }: SendingDomain, records: readonly MailRecord[]): MailRecord[] {
  const distance = ({ name, zone }: MailRecord): number => (zone !== undefined ? 2 : name === domain ? 0 : 1);
  return [...records].sort((a, b) => distance(a) - distance(b));
}

/** How to recognize TXT records of a purpose among others at the name. Kinds of one purpose agree on it. */
export function txtMarkOf(purpose: RecordPurpose): TxtMark | undefined {
  return kindsOf(purpose).find(({ txt }) => txt !== undefined)?.txt;
}

/** Whether a value found in DNS serves a purpose as well as the published one. */
export function acceptsOf(purpose: RecordPurpose): (value: string) => boolean {
  const accepting = kindsOf(purpose).flatMap(({ accepts }) => (accepts === undefined ? [] : [accepts]));
  return (value) => accepting.some((accepts) => accepts(value));
}

/** What depends on records of a purpose. Kinds of one purpose agree on it. */
export function roleOf(purpose: RecordPurpose): Role {
  return kindsOf(purpose)[0]!.role;
}

/** The kind of record that a resource of the domain publishes; undefined if it publishes none. */
export function kindOfResource(domain: string, resource: string): KindName | undefined {
  if (!resource.startsWith(`${domain}/`)) return undefined;
  const rest = resource.slice(domain.length + 1);
  return ENTRIES.find(([, { resources }]) => resources.test(rest))?.[0];
}

/** Kinds of a purpose, as named in a stack output. */
export function kindsOf(purpose: RecordPurpose): readonly Kind[] {
  return ENTRIES.flatMap(([, kind]) => (kind.purpose === purpose ? [kind] : []));
}

/** Whether a record conflicts with one of ours at the same name, aliases aside: the kind of ours decides. */
export function isRival(
  { kind, type }: Pick<MailRecord, "kind" | "type">,
  other: { readonly type: string; readonly value: string },
): boolean {
  const { alone, txt }: Kind = KINDS[kind];
  if (alone === "name") return true;
  if (alone === "type" && other.type === type) return true;
  return txt !== undefined && other.type === "TXT" && mayCount(txt, other.value);
}
