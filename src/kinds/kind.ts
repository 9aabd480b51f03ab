import type { z } from "zod";
import type { CrossCheck, FileWith } from "../domain/merged-file.js";
import type { DomainBase, IdentityBase } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { Consequence } from "./consequence.js";
import type { TxtMark } from "../syntax/txt-mark.js";
import type { Setting } from "./setting.js";

/**
 * When a record is published, seen from the SES identity.
 * `first`: before the identity, which depends on it. `identity`: after the identity of its Region.
 * `identities`: after all identities. `last`: after the domain's other records. `any`: at any time.
 */
export type PublishOrder = "first" | "identity" | "identities" | "last" | "any";

/** A record as its kind creates it; the list of kinds adds what all records have. */
export interface RecordDraft {
  readonly type: "CNAME" | "MX" | "TXT";
  /** Lower-case A-label FQDN without trailing dot; the names of Easy DKIM contain `{token1}`…`{token3}`. */
  readonly name: string;
  /** As a person types it: TXT unquoted in one piece, MX as `10 host`; may contain `{public key}`. */
  readonly value: string;
  /** MX preference; only on MX. */
  readonly priority?: number;
  /** Name of the stack's resource below the domain's, e.g. `dmarc`. State and import depend on it. */
  readonly resource: string;
  /** Which of the kind's records it is, if there are several: it stays the same when the value changes. */
  readonly slot?: string;
  /** Name of the kind whose record it continues: plans then show one record that changes. */
  readonly continues?: string;
  /** The key of the domain file it comes from. */
  readonly origin: KeyPath;
  /** The SES Region it belongs to; absent on records of the domain as a whole. */
  readonly region?: string;
  /** Name of its zone, if that is not the domain's own. */
  readonly zone?: string;
  /** Name of the secret with the private key whose public half the value contains. */
  readonly privateKey?: string;
  readonly publish: PublishOrder;
}

/**
 * What depends on the record. `carries`: mail, or a parked domain's refusal of it. `shown`: mail arrives without it.
 * Which records SES looks for is said in `contract/verified.ts`.
 */
export type Role = "carries" | "shown";

/** How a file asks for a record that exists already. */
export interface Existing {
  /** What the record's name has in front of the domain, or of the MAIL FROM domain: `_dmarc.`. */
  readonly prefix: string;
  /**
   * The keys that give a record this value; undefined if none do.
   * @param value unquoted
   */
  readonly keys: (value: string) => Readonly<Record<string, unknown>> | undefined;
  /** The keys that ask for no record; absent if the domain can't do without. */
  readonly none?: Readonly<Record<string, unknown>>;
}

interface Common {
  /** The kind's keys of the domain file, each with description, default and examples. */
  readonly keys: z.ZodRawShape;
  /** Names that the keys have elsewhere, with the path of the key that is meant. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Checks of several keys, or of keys with the domain. They also run on each Region's own settings. */
  readonly checks?: readonly CrossCheck[];
  /** Keys that mean nothing for a parked domain; default: all of the kind's. It then lacks the kind's settings. */
  readonly sendingOnly?: readonly KeyPath[];
  /** What the record is for, as shown in plans and stack outputs. Kinds may share it. */
  readonly purpose: string;
  readonly role: Role;
  /** The names of its records' resources, without the domain in front. */
  readonly resources: RegExp;
  /** What mail loses while the record is missing or says something else; a sentence. */
  readonly loss: string;
  /** How to recognize the kind's TXT records among others at the name; absent if any others may exist there. */
  readonly txt?: TxtMark;
  /** For `mailstack import`; absent if the record has no keys of its own, or SES knows what they are. */
  readonly existing?: Existing;
  /** Whether a value other than the published one also serves. */
  readonly accepts?: (value: string) => boolean;
  /** What may not exist beside the record: any other record at its `name`, or another one of its `type`. */
  readonly alone?: "name" | "type";
}

/** Records of the domain as a whole. @typeParam Own what the domain has of this kind @typeParam Others what it has of others */
export interface DomainKind<Own extends object = object, Others extends object = object> extends Common {
  readonly scope: "domain";
  /** The settings of a file without errors, with defaults filled in. */
  resolve(file: FileWith<z.ZodRawShape>): Own;
  records(domain: DomainBase & Own & Others): readonly RecordDraft[];
  settings(domain: DomainBase & Own & Others): readonly Setting[];
  /** What a change means for mail; only called if the domain existed before and still does. */
  consequences(before: DomainBase & Own & Others, after: DomainBase & Own & Others): Iterable<Consequence>;
}

/** Records of the identity in each Region. @typeParam Own what the identity has of this kind @typeParam Others what it has of others */
export interface IdentityKind<Own extends object = object, Others extends object = object> extends Common {
  readonly scope: "identity";
  /** The settings of a file without errors as it applies to one Region, with defaults filled in. */
  resolve(file: FileWith<z.ZodRawShape>): Own;
  records(identity: IdentityBase & Own & Others, domain: DomainBase): readonly RecordDraft[];
  settings(identity: IdentityBase & Own & Others, domain: DomainBase): readonly Setting[];
  /**
   * What a change means for mail; only called for Regions that stay.
   * @param domain with all its identities
   */
  consequences(
    before: IdentityBase & Own & Others,
    after: IdentityBase & Own & Others,
    domain: Readonly<Record<"before" | "after", DomainWith<IdentityBase & Own & Others>>>,
  ): Iterable<Consequence>;
}

export type DomainWith<Identity> = DomainBase & { readonly identities: readonly Identity[] };

export type Kind = DomainKind | IdentityKind;

/** `a`, `b` as a message shows them. */
export function quoted(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(", ");
}

/** Path of one identity's setting: below its Region if the file has several. */
export function identityPath({ path = [] }: Pick<IdentityBase, "path">, key: KeyPath): KeyPath {
  return [...path, ...key];
}
