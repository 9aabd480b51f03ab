import { canonicalName } from "../domain/names.js";
import { commentEnd } from "./authentication-results.js";

/** Domains of the addresses in a From field (RFC 5322 §3.6.2), canonical, each once. */
export function fromDomains(value: string): string[] {
  let bare = "";
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!;
    if (char === "(") at = commentEnd(value, at);
    else if (char === '"') {
      // A display name may hold anything, an address of somebody else among it.
      for (at++; at < value.length && value[at] !== '"'; at++) if (value[at] === "\\") at++;
      bare += "q";
    } else bare += char;
  }
  const domains = bare.split(",").flatMap((mailbox) => {
    const address = /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox;
    const domain = addressDomain(address.trim());
    return domain === undefined ? [] : [domain];
  });
  return [...new Set(domains)];
}

/** Domain of an address, or a bare domain; undefined when it is none. */
export function addressDomain(address: string): string | undefined {
  const text = address.replace(/^<|>$/g, "");
  const result = canonicalName(text.slice(text.lastIndexOf("@") + 1));
  return "name" in result ? result.name : undefined;
}
