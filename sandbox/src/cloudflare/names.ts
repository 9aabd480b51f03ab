import { domainToASCII } from "node:url";
import { errors } from "./errors.js";

const maxNameLength = 253;
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Lower case, Punycode, no trailing dot; undefined when it is no host name (labels of RFC 1035, `_` allowed). */
export function canonicalHostname(name: string): string | undefined {
  const bare = name.endsWith(".") ? name.slice(0, -1) : name;
  const ascii = /^[\x21-\x7e]*$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
  if (ascii === "" || ascii.length > maxNameLength) return undefined;
  return ascii.split(".").every((part) => label.test(part)) ? ascii : undefined;
}

/**
 * The FQDN of a record: `@` is the zone itself, a name outside the zone is taken as relative to it, as the API does.
 * A first label `*` is a wildcard.
 * @throws ApiError 9000 when it is no name
 */
export function recordName(name: unknown, zoneName: string): string {
  if (typeof name !== "string" || name === "") throw errors.invalidName("DNS name is required.");
  if (name === "@") return zoneName;
  const wildcard = name === "*" || name.startsWith("*.");
  const rest = wildcard ? name.slice(2) : name;
  const host = rest === "" || rest === "@" ? zoneName : canonicalHostname(rest);
  if (host === undefined) throw errors.invalidName();
  const inside = host === zoneName || host.endsWith(`.${zoneName}`);
  if (!inside && name.endsWith(".")) throw errors.invalidName("DNS name is outside the zone.");
  const full = (wildcard ? "*." : "") + (inside ? host : `${host}.${zoneName}`);
  if (full.length > maxNameLength) throw errors.invalidName("DNS name is too long.");
  return full;
}
