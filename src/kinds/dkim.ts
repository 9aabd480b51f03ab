import type { CrossCheck, FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import { isPlainMap } from "../file/merge.js";
import { canonicalName, MAX_NAME_LENGTH } from "../file/names.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";
import { bringYourOwnKey } from "./dkim-own-key.js";
import { retiredKeys } from "./dkim-retired-key.js";
import { nameProblems } from "../domain/keys/name.js";
import type { EasyDkim, IdentityBase, OwnDkim } from "../domain/sending-domain.js";
import { dkimHostedZone } from "./ses-hosts.js";
import type { Consequence } from "./consequence.js";
import { identityPath, type IdentityKind, type RecordDraft } from "./kind.js";
import { setting } from "./setting.js";

const DEFAULT_KEY_LENGTH = 2048;

const EASY_DKIM = ["keyLength", "hostedZone"] as const;

const keys = {
  dkim: z
    .strictObject({
      keyLength: z
        .literal([1024, 2048], { error: "`keyLength` must be 1024 or 2048" })
        .optional()
        .meta({
          description: "Bits of the RSA key that SES signs with (Easy DKIM).",
          default: DEFAULT_KEY_LENGTH,
          examples: [2048],
        }),
      hostedZone: z
        .string()
        .superRefine(check(nameProblems))
        .optional()
        .meta({
          description: "Suffix of the DKIM CNAME targets (Easy DKIM). Default: by Region.",
          examples: ["dkim.amazonses.com"],
        }),
      ...bringYourOwnKey,
      ...retiredKeys,
    })
    .superRefine(check(mixedProblems))
    .optional()
    .meta({
      description: "DKIM signing: Easy DKIM, or your own key.",
      examples: [{ keyLength: 2048 }],
      allOf: EASY_DKIM.map((key) => ({ not: { required: ["bringYourOwn", key] } })),
    }),
};

function mixedProblems(dkim: Readonly<Record<string, unknown>>): readonly Problem[] {
  if (dkim["bringYourOwn"] === undefined) return [];
  return EASY_DKIM.filter((key) => dkim[key] !== undefined).map((key) => ({
    rule: "dkim-easy-and-own",
    message: `\`${key}\` is a setting of Easy DKIM, but \`bringYourOwn\` provides your own key`,
    hint: `delete \`${key}\`, or \`bringYourOwn\` to let SES generate the keys`,
    path: [key],
    at: "key",
  }));
}

/** The file as the kinds of DKIM records see it. */
export type DkimFile = FileWith<typeof keys>;

const checks: readonly CrossCheck[] = [
  {
    reads: [["dkim", "bringYourOwn", "selector"]],
    find: ({ domain, settings }) =>
      tooLong(domain, settings.dkim?.bringYourOwn?.selector, ["bringYourOwn", "selector"]),
  },
  {
    reads: [["dkim", "retired"]],
    find: ({ domain, settings }) =>
      (settings.dkim?.retired ?? []).flatMap(({ selector }, index) =>
        tooLong(domain, selector, ["retired", index, "selector"]),
      ),
  },
];

function tooLong(domain: string, selector: string | undefined, path: KeyPath): readonly Problem[] {
  if (selector === undefined) return [];
  const { length } = ownKeyName(selector, domain);
  if (length <= MAX_NAME_LENGTH) return [];
  return [
    {
      rule: "dkim-selector",
      message: `the name of the DKIM record is ${length} characters long; DNS allows ${MAX_NAME_LENGTH}`,
      hint: `use a selector of at most ${MAX_NAME_LENGTH - "._domainkey.".length - domain.length} characters`,
      path: ["dkim", ...path],
    },
  ];
}

/** Where the key of a selector is published (RFC 6376 §3.6.2.1). */
export function ownKeyName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

/**
 * What `own` leaves in force of the settings below it: Easy DKIM's settings and your own key replace each other, and a
 * file can return to either from a default with the other.
 */
export function dkimBeside(own: unknown, below: unknown): unknown {
  if (!isPlainMap(own) || !isPlainMap(below)) return below;
  return Object.fromEntries(Object.entries(below).filter(([key]) => !isDkimReplaced(own, [key])));
}

/**
 * Whether a file's own `dkim` leaves the setting at the path below it without effect.
 * @param own the file's own `dkim`
 */
export function isDkimReplaced(own: unknown, [key]: KeyPath): boolean {
  if (!isPlainMap(own) || key === undefined) return false;
  if (key === "bringYourOwn") {
    return own["bringYourOwn"] === undefined && EASY_DKIM.some((other) => own[other] !== undefined);
  }
  return own["bringYourOwn"] !== undefined && EASY_DKIM.some((other) => other === key);
}

function resolveDkim({ settings }: DkimFile): DkimSettings["dkim"] {
  const { keyLength = DEFAULT_KEY_LENGTH, hostedZone, bringYourOwn } = settings.dkim ?? {};
  if (bringYourOwn !== undefined) {
    return { selector: bringYourOwn.selector.toLowerCase(), privateKey: bringYourOwn.privateKey };
  }
  const name = hostedZone === undefined ? undefined : canonicalName(hostedZone);
  return { keyLength, ...(name !== undefined && "name" in name ? { hostedZone: name.name } : {}) };
}

export interface DkimSettings {
  readonly dkim: EasyDkim | OwnDkim;
}

/** Placeholders for the DKIM tokens until SES has chosen them; an Easy DKIM identity always has three. */
export const DKIM_TOKEN_PLACEHOLDERS = ["{token1}", "{token2}", "{token3}"] as const;

/** Placeholder for the public half of a domain's own DKIM key: only the stack's configuration has the key. */
export const PUBLIC_KEY_PLACEHOLDER = "{public key}";

const PLACEHOLDER = /\{token[123]\}|\{public key\}/g;

/** What only SES and the stack's configuration know. */
export interface DkimValues {
  /** In the order of SES's answer. */
  readonly tokens?: readonly string[] | undefined;
  /** Base64 of the SubjectPublicKeyInfo. */
  readonly publicKey?: string | undefined;
}

/** The record with its placeholders filled in; undefined if the value of one is not known. */
export function fillRecord<R extends Pick<RecordDraft, "name" | "value">>(
  record: R,
  { tokens = [], publicKey }: DkimValues,
): R | undefined {
  const known = new Map<string, string | undefined>([
    ...DKIM_TOKEN_PLACEHOLDERS.map((placeholder, index) => [placeholder, tokens[index]] as const),
    [PUBLIC_KEY_PLACEHOLDER, publicKey],
  ]);
  const { name, value } = record;
  const used = `${name} ${value}`.match(PLACEHOLDER) ?? [];
  if (used.some((placeholder) => known.get(placeholder) === undefined)) return undefined;
  const fill = (text: string): string => text.replace(PLACEHOLDER, (placeholder) => known.get(placeholder)!);
  return { ...record, name: fill(name), value: fill(value) };
}

/** In a DKIM record the version is optional; the key is required and has only one form. */
const KEY = /(?:^|;)\s*p\s*=/;
export const DKIM_MARK = { counts: KEY, mayCount: KEY, rule: "RFC 6376 §3.6.2.2" } as const;

/** The keys that SES signs with: three CNAMEs to its own keys (Easy DKIM), or the TXT record of the owner's key. */
export const dkim = {
  scope: "identity",
  purpose: "DKIM",
  role: "carries",
  resources: /^[^/]+\/dkim(-\d)?$/,
  loss: "Receivers don't find this DKIM key. If it is one that SES signs with, SES stops after about five days.",
  keys,
  synonyms: {
    keyLength: "dkim.keyLength",
    nextSigningKeyLength: "dkim.keyLength",
    hostedZone: "dkim.hostedZone",
    signingHostedZone: "dkim.hostedZone",
    retiredKeys: "dkim.retired",
    selector: "dkim.bringYourOwn.selector",
    domainSigningSelector: "dkim.bringYourOwn.selector",
    privateKey: "dkim.bringYourOwn.privateKey",
    domainSigningPrivateKey: "dkim.bringYourOwn.privateKey",
  },
  checks,
  resolve: (file: DkimFile): DkimSettings => ({ dkim: resolveDkim(file) }),
  txt: DKIM_MARK,
  alone: "name",
  records: (identity, { domain }) =>
    "selector" in identity.dkim
      ? [ownKeyRecord(domain, identity, identity.dkim)]
      : DKIM_TOKEN_PLACEHOLDERS.map((token, index) => easyRecord(domain, identity, token, index + 1)),
  settings: ({ dkim: settings }) =>
    "selector" in settings
      ? [
          setting("dkim.bringYourOwn.selector", settings.selector),
          setting("dkim.bringYourOwn.privateKey", settings.privateKey),
        ]
      : [
          setting("dkim.keyLength", String(settings.keyLength)),
          setting("dkim.hostedZone", settings.hostedZone),
        ],
  consequences: dkimConsequences,
} as const satisfies IdentityKind<DkimSettings>;

type DkimIdentity = IdentityBase & DkimSettings;

/** Easy DKIM CNAME for one token (SES Developer Guide, "Easy DKIM"). */
function easyRecord(domain: string, identity: DkimIdentity, token: string, slot: number): RecordDraft {
  const { region } = identity;
  return {
    type: "CNAME",
    name: `${token}._domainkey.${domain}`,
    value: `${token}.${identityHostedZone(identity)}`,
    // Named by the token's place in SES's answer.
    resource: `${region}/dkim-${slot}`,
    slot: String(slot),
    origin: ["domain"],
    region,
    publish: "identity",
  };
}

/** @param publicKey base64 of the SubjectPublicKeyInfo */
export function ownKeyValue(publicKey: string): string {
  return `v=DKIM1; k=rsa; p=${publicKey}`;
}

/** Name of the resource, below the domain's; it stays while the key is retired, so that the record stays too. */
export function ownKeyResource(name: string): string {
  return `${name}/dkim`;
}

/** TXT record of the domain's own key (RFC 6376 §3.6.1); Regions that sign with the same key share it. */
function ownKeyRecord(
  domain: string,
  identity: DkimIdentity,
  { selector, privateKey }: OwnDkim,
): RecordDraft {
  const name = ownKeyName(selector, domain);
  return {
    type: "TXT",
    name,
    value: ownKeyValue(PUBLIC_KEY_PLACEHOLDER),
    resource: ownKeyResource(name),
    // A key under another selector is another key: its record doesn't replace the old one.
    slot: selector,
    origin: identityPath(identity, ["dkim", "bringYourOwn", "selector"]),
    privateKey,
    publish: "first",
  };
}

/** CNAME target suffix of an identity's Easy DKIM keys: the file's, or else the Region's. */
export function identityHostedZone({ dkim, region }: Pick<DkimIdentity, "dkim" | "region">): string {
  return ("hostedZone" in dkim ? dkim.hostedZone : undefined) ?? dkimHostedZone(region);
}

/** What a change to an identity's DKIM keys means. */
function* dkimConsequences(was: DkimIdentity, now: DkimIdentity): Iterable<Consequence> {
  if ("selector" in now.dkim) {
    yield* "selector" in was.dkim ? otherKey(was.dkim, now.dkim) : ownInsteadOfEasy(now.dkim);
  } else if ("selector" in was.dkim) {
    yield easyInsteadOfOwn(was.dkim);
  } else {
    yield* keyLength(was.dkim, now.dkim);
    yield* hostedZone(was, now);
  }
}

/** SES Developer Guide, "Provide your own DKIM authentication token (BYODKIM)": the warning about this change. */
function* ownInsteadOfEasy({ selector }: OwnDkim): Iterable<Consequence> {
  yield {
    danger: "outage",
    code: "dkim-own-key",
    message: `signatures change: SES stops signing with Easy DKIM at once, and mail is unsigned until it finds the key of the selector \`${selector}\``,
  };
  yield {
    danger: "notice",
    code: "dkim-own-key-refresh",
    message:
      "for an existing identity, `pulumi up` publishes the key, switches SES over and then stops; `pulumi up --refresh` finishes the change",
  };
}

function easyInsteadOfOwn({ selector }: OwnDkim): Consequence {
  return {
    danger: "outage",
    code: "new-dkim-tokens",
    message: `signatures change: SES stops signing with the key of the selector \`${selector}\`, and mail is unsigned until the new CNAMEs are live and SES finds them (up to 72 hours)`,
  };
}

function* otherKey(was: OwnDkim, now: OwnDkim): Iterable<Consequence> {
  if (was.selector !== now.selector) {
    yield {
      danger: "risk",
      code: "dkim-selector",
      message: `signatures change: mail may be unsigned until SES finds the key of the selector \`${now.selector}\``,
    };
  } else if (was.privateKey !== now.privateKey) {
    yield {
      danger: "risk",
      code: "dkim-key-replaced",
      message: `another key under the same selector \`${now.selector}\`: signatures fail while DNS caches the old one. A new selector avoids that`,
    };
  }
}

function* keyLength(was: EasyDkim, now: EasyDkim): Iterable<Consequence> {
  if (was.keyLength === now.keyLength) return;
  const weaker = now.keyLength < was.keyLength;
  yield {
    danger: weaker ? "risk" : "notice",
    code: "key-length",
    message:
      `SES generates new DKIM keys of ${now.keyLength} bits and signs with the old ones until it finds them; it allows one change in 24 hours` +
      (weaker ? ". RFC 8301 advises 2048 bits or more" : ""),
  };
}

function* hostedZone(was: DkimIdentity, now: DkimIdentity): Iterable<Consequence> {
  const [zoneWas, zoneIs] = [identityHostedZone(was), identityHostedZone(now)];
  if (zoneWas === zoneIs) return;
  yield {
    danger: "outage",
    code: "hosted-zone",
    message: `the DKIM CNAMEs point to \`${zoneIs}\` instead of \`${zoneWas}\`; if SES does not keep its keys there, signatures fail and the identity lapses`,
  };
}
