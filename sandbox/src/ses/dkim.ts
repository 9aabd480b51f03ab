import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import { keyOf, type Context, type Settings, type Store } from "./context.js";
import { badRequest } from "./errors.js";
import type { KeyLength, StoredDkim, StoredIdentity, VerificationErrorType } from "./model.js";
import { parentRegion } from "./regions.js";
import { checkSigningKey, enumOf } from "./validation.js";

const day = 24 * 60 * 60 * 1000;

export const keyLengths = enumOf(["RSA_1024_BIT", "RSA_2048_BIT"]);

export const signingAttributesSchema = z.object({
  DomainSigningSelector: z.string().nullish(),
  DomainSigningPrivateKey: z.string().nullish(),
  NextSigningKeyLength: keyLengths.nullish(),
  DomainSigningAttributesOrigin: z.string().nullish(),
});
export type SigningAttributes = z.infer<typeof signingAttributesSchema>;

/** 32 characters of the base32 alphabet, as the service's tokens look. Never given twice. */
export function newToken(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return [...randomBytes(32)].map((byte) => alphabet[byte % 32]).join("");
}

/** A search that begins now: its stored times, and the mark that distinguishes it from earlier ones. */
export function newSearch(settings: Settings, now: number) {
  return {
    status: "PENDING" as const,
    attempt: randomUUID(),
    notBefore: now + settings.verifyAfterMs,
    deadline: now + settings.giveUpAfterMs,
  };
}

/** DKIM of an e-mail address: it signs with its domain's key, there is nothing to search for. */
export function addressDkim(now: number): StoredDkim {
  return {
    status: "NOT_STARTED",
    attempt: randomUUID(),
    notBefore: now,
    signingEnabled: false,
    origin: "AWS_SES",
    tokens: [],
    nextKeyLength: "RSA_2048_BIT",
    currentKeyLength: "RSA_2048_BIT",
  };
}

/** Easy DKIM with new tokens, 2048 bits unless asked otherwise. */
export function easyDkim(settings: Settings, now: number, keyLength: KeyLength = "RSA_2048_BIT"): StoredDkim {
  return {
    ...newSearch(settings, now),
    signingEnabled: true,
    origin: "AWS_SES",
    tokens: [newToken(), newToken(), newToken()],
    currentKeyLength: keyLength,
    nextKeyLength: keyLength,
    lastKeyGeneration: now,
    keyLengthChanged: now,
  };
}

/** Bring Your Own DKIM. */
export function externalDkim(settings: Settings, now: number, attributes: SigningAttributes): StoredDkim {
  const { DomainSigningSelector: selector, DomainSigningPrivateKey: privateKey } = attributes;
  if (!selector || !privateKey) {
    throw badRequest("Both DomainSigningSelector and DomainSigningPrivateKey are required for BYODKIM.");
  }
  if (attributes.NextSigningKeyLength) {
    throw badRequest("NextSigningKeyLength cannot be combined with a selector and a private key.");
  }
  return {
    ...newSearch(settings, now),
    signingEnabled: true,
    origin: "EXTERNAL",
    tokens: [selector],
    publicKey: checkSigningKey(selector, privateKey),
  };
}

/** Deterministic Easy DKIM: signs with the key, and shows the tokens, of the same domain in the parent Region. */
export function replicaDkim(settings: Settings, now: number, origin: string): StoredDkim {
  if (parentRegion(origin) === undefined)
    throw badRequest(`Invalid DKIM signing attributes origin '${origin}'.`);
  return { ...newSearch(settings, now), signingEnabled: true, origin, tokens: [] };
}

/** What CreateEmailIdentity asks for; nothing means Easy DKIM with 2048 bits. */
export function dkimFor(settings: Settings, now: number, attributes: SigningAttributes): StoredDkim {
  const origin = attributes.DomainSigningAttributesOrigin;
  if (origin) {
    if (
      attributes.DomainSigningSelector ||
      attributes.DomainSigningPrivateKey ||
      attributes.NextSigningKeyLength
    ) {
      throw badRequest(
        "DomainSigningAttributesOrigin cannot be combined with other DKIM signing attributes.",
      );
    }
    return replicaDkim(settings, now, origin);
  }
  if (attributes.DomainSigningSelector || attributes.DomainSigningPrivateKey) {
    return externalDkim(settings, now, attributes);
  }
  return easyDkim(settings, now, attributes.NextSigningKeyLength ?? undefined);
}

/**
 * Requests Easy DKIM again: keeps the tokens, changes the key length, and restarts the search unless it has succeeded
 * and nothing changes.
 * @throws {SesError} BadRequestException for a second change of the key length within 24 hours; going down to
 *   1024 bits for the first time is free.
 */
export function renewEasyDkim(
  context: Context,
  dkim: StoredDkim,
  now: number,
  wanted?: KeyLength,
): StoredDkim {
  const { settings } = context;
  if (dkim.origin !== "AWS_SES" || dkim.tokens.length !== 3) return easyDkim(settings, now, wanted);
  const changed = wanted !== undefined && wanted !== dkim.nextKeyLength;
  if (!changed) return dkim.status === "SUCCESS" ? dkim : { ...dkim, ...newSearch(settings, now) };
  const firstDowngrade = wanted === "RSA_1024_BIT" && dkim.keyLengthChanged === dkim.lastKeyGeneration;
  if (!firstDowngrade && now - (dkim.keyLengthChanged ?? 0) < day) {
    throw badRequest("The DKIM signing key length can be changed at most once in 24 hours.");
  }
  return { ...dkim, ...newSearch(settings, now), nextKeyLength: wanted, keyLengthChanged: now };
}

export interface EffectiveDkim {
  readonly tokens: readonly string[];
  readonly hostedZone?: string;
  readonly currentKeyLength?: KeyLength;
  readonly nextKeyLength?: KeyLength;
  readonly lastKeyGeneration?: number;
  /** Why a replica has no tokens. */
  readonly error?: VerificationErrorType;
}

/** The tokens and keys an identity signs with: its own, or its parent's. */
export function effectiveDkim(store: Store, settings: Settings, identity: StoredIdentity): EffectiveDkim {
  const { dkim, region, name } = identity;
  const parent = parentRegion(dkim.origin);
  if (parent === undefined) {
    return identity.type === "DOMAIN" && dkim.origin === "AWS_SES"
      ? { ...dkim, hostedZone: settings.dkimHostedZone(region) }
      : dkim;
  }
  if (parent === region) return { tokens: [], error: "REPLICATION_PRIMARY_INVALID_REGION" };
  const primary = store.identities.get(keyOf(parent, name));
  if (primary === undefined) return { tokens: [], error: "REPLICATION_PRIMARY_NOT_FOUND" };
  if (primary.dkim.origin === "EXTERNAL") {
    return { tokens: [], error: "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED" };
  }
  if (primary.dkim.origin !== "AWS_SES") {
    return { tokens: [], error: "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED" };
  }
  return { ...primary.dkim, hostedZone: settings.dkimHostedZone(parent) };
}
