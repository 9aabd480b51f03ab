import { isIP } from "node:net";

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * One spelling for each IP address, so that a source is the same in every report: IPv6 as RFC 5952 §4 has it, an IPv4
 * address mapped into IPv6 (RFC 4291 §2.5.5.2) as IPv4, and no zone index, which means something to its own host alone.
 * @returns undefined for what is no address
 */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text);
  if (version === 0) return undefined;
  if (version === 4) return text;
  // The URL standard writes IPv6 hosts as RFC 5952 does.
  const address = new URL(`http://[${text.replace(/%.*$/s, "")}]`).hostname.slice(1, -1);
  const mapped = MAPPED.exec(address);
  if (mapped === null) return address;
  const bytes = mapped.slice(1).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
  return bytes.join(".");
}
