/** Address syntax as SPF wants it; `node:net` is out of bounds here and would also take zone indices (`%eth0`). */

const QNUM = /^(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/;

/** Dotted quad without leading zeros (ip4-network, RFC 7208 §12). */
export function isIPv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => QNUM.test(part));
}

/** Any text form of RFC 4291 §2.2: eight groups, `::` once, an IPv4 address in the last 32 bits. */
export function isIPv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...head!, ...(tail ?? [])];
  const last = groups.at(-1);
  const embedsIPv4 = last?.includes(".") === true && isIPv4(last) && (tail === undefined || tail.length > 0);
  const hex = embedsIPv4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const size = hex.length + (embedsIPv4 ? 2 : 0);
  return tail === undefined ? size === 8 : size <= 7;
}
