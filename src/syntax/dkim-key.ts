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
  if (key.asymmetricKeyType !== "rsa") {
    return { problem: `is a key for ${key.asymmetricKeyType ?? "another algorithm"}; SES signs with RSA` };
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS || bits > MAX_BITS) {
    return { problem: `is an RSA key of ${bits} bits; SES takes ${MIN_BITS} to ${MAX_BITS}` };
  }
  return {
    privateKey: key.export({ type: "pkcs8", format: "der" }).toString("base64"),
    publicKey: createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64"),
  };
}

function parse(text: string): KeyObject | undefined {
  if (text.includes("-----BEGIN")) return attempt(() => createPrivateKey(text.trim()));
  const bare = text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) return undefined;
  const key = Buffer.from(bare, "base64");
  return (
    attempt(() => createPrivateKey({ key, format: "der", type: "pkcs8" })) ??
    attempt(() => createPrivateKey({ key, format: "der", type: "pkcs1" }))
  );
}

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
