import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** Bits of the RSA keys that SES signs with (SES Developer Guide, "Provide your own DKIM authentication token"). */
const MIN_BITS = 1024;
const MAX_BITS = 2048;

/** An RSA key with which SES is to sign. */
export interface SigningKey {
  /** Base64 of the PKCS #8 form in one line, as the API takes it (`DomainSigningPrivateKey`). A secret. */
  readonly privateKey: string;
  /** Base64 of the SubjectPublicKeyInfo, for the tag `p=` of the DKIM record (RFC 6376 §3.6.1). */
  readonly publicKey: string;
}

/**
 * Reads an RSA private key, in PEM or as bare base64, PKCS #1 or PKCS #8.
 * @returns the key, or what is wrong in words that say nothing of its content
 */
export function readSigningKey(text: string): SigningKey | { readonly problem: string } {
  if (/-----BEGIN[A-Z ]* PUBLIC KEY-----/.test(text))
    return { problem: "is a public key, not a private one" };
  if (/-----BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED/.test(text)) {
    return { problem: "is protected by a passphrase" };
  }
  const key = parse(text);
  if (key === undefined) return { problem: "is no private key in PEM or base64" };
  const problem = unfit(key);
  if (problem !== undefined) return { problem };
  return {
    privateKey: key.export({ type: "pkcs8", format: "der" }).toString("base64"),
    publicKey: publicText(createPublicKey(key)),
  };
}

/**
 * Reads an RSA public key, in PEM or as bare base64, as SubjectPublicKeyInfo or PKCS #1 (RFC 6376 §3.6.1 allows both).
 * @returns base64 of the SubjectPublicKeyInfo, as the tag `p=` has it; or what is wrong
 */
export function readPublicKey(text: string): Pick<SigningKey, "publicKey"> | { readonly problem: string } {
  if (/(?:^|;)\s*p\s*=/.test(text)) return { problem: "is a whole DKIM record, not only its key" };
  if (isPrivateKey(text)) return { problem: "is a private key, not a public one" };
  const key = parsePublic(text);
  if (key === undefined) return { problem: "is no public key in PEM or base64" };
  const problem = unfit(key);
  if (problem !== undefined) return { problem };
  return { publicKey: publicText(key) };
}

/** Whether the text is, or looks like, a private key: Node would take the public half of one for a public key. */
export function isPrivateKey(text: string): boolean {
  return text.includes("PRIVATE KEY") || parse(text) !== undefined;
}

function publicText(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("base64");
}

/** Why SES doesn't sign with such a key. */
function unfit(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== "rsa") {
    return `is a key for ${key.asymmetricKeyType ?? "another algorithm"}; SES signs with RSA`;
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits >= MIN_BITS && bits <= MAX_BITS) return undefined;
  return `is an RSA key of ${bits} bits; SES takes ${MIN_BITS} to ${MAX_BITS}`;
}

function parse(text: string): KeyObject | undefined {
  if (text.includes("-----BEGIN")) return attempt(() => createPrivateKey(text.trim()));
  const key = decode(text);
  if (key === undefined) return undefined;
  return (
    attempt(() => createPrivateKey({ key, format: "der", type: "pkcs8" })) ??
    attempt(() => createPrivateKey({ key, format: "der", type: "pkcs1" }))
  );
}

function parsePublic(text: string): KeyObject | undefined {
  if (text.includes("-----BEGIN")) return attempt(() => createPublicKey(text.trim()));
  const key = decode(text);
  if (key === undefined) return undefined;
  return (
    attempt(() => createPublicKey({ key, format: "der", type: "spki" })) ??
    attempt(() => createPublicKey({ key, format: "der", type: "pkcs1" }))
  );
}

function decode(text: string): Buffer | undefined {
  const bare = text.replace(/\s/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(bare) ? Buffer.from(bare, "base64") : undefined;
}

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
