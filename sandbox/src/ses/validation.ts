import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { badRequest, serialization } from "./errors.js";
import type { Tag } from "./model.js";

/**
 * Checks a request against its shape.
 * @throws {SesError} SerializationException for a value of the wrong JSON type, BadRequestException for the rest.
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const member = issue.path.join(".") || "body";
  if (issue.code === "invalid_type") {
    const given = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown>)[key],
      value ?? {},
    );
    if (given !== undefined && given !== null) {
      throw serialization(`Value at '${member}' is not of type ${issue.expected}.`);
    }
    throw badRequest(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  throw badRequest(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${issue.message}`,
  );
}

export const enumOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `Member must satisfy enum value set: [${values.join(", ")}]` });

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether this is a host name of at least two labels in LDH form (RFC 1035 §2.3.1; 63 octets a label, 253 in all). */
export function isDomainName(name: string): boolean {
  const labels = name.toLowerCase().split(".");
  return (
    name.length <= 253 &&
    labels.length >= 2 &&
    labels.every((part) => label.test(part)) &&
    !/^\d+$/.test(labels.at(-1)!)
  );
}

/** Splits an identity into its kind and its stored form; domains are case-insensitive, local parts are not. */
export function parseIdentityName(name: string): { type: "DOMAIN" | "EMAIL_ADDRESS"; name: string } {
  const at = name.lastIndexOf("@");
  const domain = name.slice(at + 1);
  const local = name.slice(0, Math.max(at, 0));
  const localValid = at < 0 || /^[^\s@"(),:;<>[\\\]]{1,64}$/.test(local);
  if (!isDomainName(domain) || !localValid || name.length > 320) {
    throw badRequest(`Invalid email address or domain name '${name}'.`);
  }
  return at < 0
    ? { type: "DOMAIN", name: domain.toLowerCase() }
    : { type: "EMAIL_ADDRESS", name: `${local}@${domain.toLowerCase()}` };
}

/** The domain of an identity: itself, or what follows the `@`. */
export function domainOf(identity: string): string {
  return identity.slice(identity.lastIndexOf("@") + 1);
}

export const maxTags = 50;
export const tagSchema = z.object({ Key: z.string(), Value: z.string() });

/** Tag limits: 1–128 characters a key, 0–256 a value, 50 a resource, no `aws:` prefix, no key twice. */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  const keys = new Set<string>();
  for (const { Key, Value } of tags) {
    if (Key.length < 1 || Key.length > 128) {
      throw badRequest(`Invalid tag key: its length must be between 1 and 128 characters.`);
    }
    if (Value.length > 256) {
      throw badRequest(`Invalid value of tag '${Key}': its length must be between 0 and 256 characters.`);
    }
    if (/^aws:/i.test(Key)) throw badRequest(`Invalid tag key '${Key}': the prefix 'aws:' is reserved.`);
    if (keys.has(Key)) throw badRequest(`Duplicate tag key '${Key}'.`);
    keys.add(Key);
  }
  if (tags.length > maxTags) throw badRequest(`A resource can have at most ${maxTags} tags.`);
  return tags;
}

export function checkConfigurationSetName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw badRequest(
      `Invalid configuration set name <${name}>: only alphanumeric ASCII characters, '_' and '-' are allowed, at most 64.`,
    );
  }
  return name;
}

const selectorPattern = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/**
 * Checks a BYODKIM selector and private key: base64 of a PKCS #1 or PKCS #8 RSA key of 1024 to 2048 bits (SES Developer Guide).
 * @returns the base64 SubjectPublicKeyInfo to be published in DNS; the private key is not kept.
 */
export function checkSigningKey(selector: string, privateKey: string): string {
  if (!selectorPattern.test(selector)) throw badRequest(`Invalid DKIM selector '${selector}'.`);
  if (!/^[a-zA-Z0-9+/]{1,20478}={0,2}$/.test(privateKey)) {
    throw badRequest("The private key must be base64 without header lines or line breaks.");
  }
  const key = readRsaKey(Buffer.from(privateKey, "base64"));
  const bits = key?.asymmetricKeyDetails?.modulusLength;
  if (key === undefined || bits === undefined || bits < 1024 || bits > 2048) {
    throw badRequest("The private key must be an RSA key of 1024 to 2048 bits.");
  }
  return createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64");
}

function readRsaKey(der: Buffer): KeyObject | undefined {
  for (const type of ["pkcs8", "pkcs1"] as const) {
    try {
      const key = createPrivateKey({ key: der, format: "der", type });
      return key.asymmetricKeyType === "rsa" ? key : undefined;
    } catch {
      continue; // not in this form; the caller refuses what is in neither
    }
  }
  return undefined;
}
