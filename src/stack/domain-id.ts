import { createHash } from "node:crypto";

/** Namespace of the ids, made once for this project (RFC 9562 §6.6). */
const NAMESPACE = Buffer.from("5f0c2a6be3b94d0f8a7d2c1e94b6a35d", "hex");

/**
 * The `id` of a domain: a version 5 UUID of its name (RFC 9562 §5.5). It needs no state: it is known before anything
 * exists, and stays the same when a stack is rebuilt.
 */
export function domainId(domain: string): string {
  const bytes = createHash("sha1").update(NAMESPACE).update(domain, "utf8").digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
