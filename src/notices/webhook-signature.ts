import { createHmac } from "node:crypto";

/** The secret as Standard Webhooks writes it: base64 of 24 to 64 bytes, after `whsec_`. */
const SECRET = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/;
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/**
 * The keys in a setting with one secret, or several with spaces between them: while a secret is being changed, the
 * requests are signed with the old one and the new one.
 * @returns undefined if one of them is no secret
 */
export function webhookKeys(setting: string): readonly Buffer[] | undefined {
  const keys = setting
    .trim()
    .split(/\s+/)
    .map((secret) => {
      const [, base64 = ""] = SECRET.exec(secret) ?? [];
      return Buffer.from(base64, "base64");
    });
  return keys.every(({ length }) => length >= MIN_BYTES && length <= MAX_BYTES) ? keys : undefined;
}

/**
 * The headers that sign a request (Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers").
 * @param at when this attempt is made
 */
export function signatureHeaders(
  id: string,
  at: Date,
  body: string,
  keys: readonly Buffer[],
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = keys.map((key) => {
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`, "utf8").digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
