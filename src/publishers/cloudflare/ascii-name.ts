import { canonicalName } from "../../file/names.js";

/** Cloudflare names a zone in Unicode (`bücher.de`), and its records in Punycode. */
export function asciiName(name: string): string {
  const result = canonicalName(name);
  return "name" in result ? result.name : name.toLowerCase();
}
