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
 * `identities`: after all identities. `last`: after the domain's other records. `any`: whenever it is convenient.
 */
export type PublishOrder = "first" | "identity" | "identities" | "last" | "any";

/** A record as its kind gives it; the list of kinds adds what all records have. */
export interface RecordDraft {
  readonly type: "CNAME" | "MX" | "TXT";
  /** Lower-case A-label FQDN without trailing dot; the names of Easy DKIM hold `{token1}`…`{token3}`. */
  readonly name: string;
  /** As a person types it: TXT unquoted in one piece, MX as `10 host`; may hold `{public key}`. */
  readonly value: string;
  /** MX preference; only on MX. */
  readonly priority?: number;
  /** Name of the stack's resource below the domain's, e.g. `dmarc`. State and import depend on it. */
  readonly resource: string;
  /** Which of the kind's records it is, where there are several: what stays the same when its value changes. */
  readonly slot?: string;
  /** The key of the domain file that it comes from. */
  readonly origin: KeyPath;
  /** The SES Region it belongs to; absent on records of the domain as a whole. */
  readonly region?: string;
  /** Name of the zone that it lies in, where that is not the domain's own. */
  readonly zone?: string;
  /** Name of the secret with the private key whose public half the value is to hold. */
  readonly privateKey?: string;
  readonly publish: PublishOrder;
}

/**
 * What depends on the record. `verifies`: SES looks for it, and the domain is `Verified` only with it. `carries`: mail,
 * or a parked domain's refusal of it, depends on it. `shown`: mail arrives without it.
 */
export type Role = "verifies" | "carries" | "shown";

interface Common {
  /** Keys of the domain file that are the kind's own, each with description, default and examples. */
  readonly keys: z.ZodRawShape;
  /** Names under which people know the keys elsewhere, with the path of the key that is meant. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Checks of several keys, or of the domain with them. Each Region's own settings go through them as well. */
  readonly checks?: readonly CrossCheck[];
  /** Keys without meaning for a parked domain; default: all of the kind's. */
  readonly sendingOnly?: readonly KeyPath[];
  /** What the record is for, as plans and stack outputs say it. Kinds may share it. */
  readonly purpose: string;
  readonly role: Role;
  /** How TXT records of the kind are told from others at the name; absent where any may stand beside them. */
  readonly txt?: TxtMark;
  /** Whether another value than the one published serves as well. */
  readonly accepts?: (value: string) => boolean;
  /** Whether the name belongs to the record alone: no other record of any type may stand at it. */
  readonly ownsName?: true;
}

/** Records of the domain as a whole. @typeParam Own what the domain has of this kind @typeParam Others what it has of others */
export interface DomainKind<Own extends object = object, Others extends object = object> extends Common {
  readonly scope: "domain";
  /** The settings of a file without errors, with what it leaves out filled in. */
  resolve(file: FileWith<z.ZodRawShape>): Own;
  records(domain: DomainBase & Own & Others): readonly RecordDraft[];
  settings(domain: DomainBase & Own & Others): readonly Setting[];
  /** What a change means for mail; only called where the domain was there before and still is. */
  consequences(before: DomainBase & Own & Others, after: DomainBase & Own & Others): Iterable<Consequence>;
}

/** Records of the identity in each Region. @typeParam Own what the identity has of this kind @typeParam Others what it has of others */
export interface IdentityKind<Own extends object = object, Others extends object = object> extends Common {
  readonly scope: "identity";
  /** The settings of a file without errors as it reads for one Region, with what it leaves out filled in. */
  resolve(file: FileWith<z.ZodRawShape>): Own;
  records(identity: IdentityBase & Own & Others, domain: DomainBase): readonly RecordDraft[];
  settings(identity: IdentityBase & Own & Others, domain: DomainBase): readonly Setting[];
  /** What a change means for mail; only called for Regions that stay. */
  consequences(
    before: IdentityBase & Own & Others,
    after: IdentityBase & Own & Others,
  ): Iterable<Consequence>;
}

export type Kind = DomainKind | IdentityKind;

/** `a`, `b` as a message shows them. */
export function quoted(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(", ");
}

/** Path of a setting of one identity: below its Region where the file has several. */
export function identityPath({ path = [] }: Pick<IdentityBase, "path">, key: KeyPath): KeyPath {
  return [...path, ...key];
}
