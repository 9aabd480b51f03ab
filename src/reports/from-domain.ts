import { dnsName } from "../file/names.js";
import { isSpecial, tokens, type Token } from "./tokens.js";

/** RFC 2047 §2. Senders put any character into them, where the grammar allows atoms only. */
const ENCODED_WORD = /=\?[^?\s"<>()]+\?[bq]\?[^?\s"<>]*\?=/gi;

/**
 * Domains of the addresses in a From field (RFC 5322 §3.6.2; groups, RFC 6854), canonical, each once; undefined among
 * them stands for addresses whose domain is no name, and for what cannot be read. An address that is written where a
 * name of its owner belongs counts as well, since readers may see it instead of the real one.
 */
export function fromDomains(value: string): (string | undefined)[] {
  const domains = new Set<string | undefined>();
  let words: Token[] = [];
  const endWords = (): void => {
    if (words.some((word) => isSpecial(word, "@"))) domains.add(addressSpec(words));
    words = [];
  };
  const all = tokens(value.replace(ENCODED_WORD, "x"), ",:;<>@");
  for (let at = 0; at < all.length; at++) {
    const token = all[at]!;
    if (token.kind === "unclosed") domains.add(undefined);
    else if (isSpecial(token, "<")) {
      const start = at + 1;
      while (at < all.length && !isSpecial(all[at], ">")) at++;
      domains.add(at < all.length ? addressSpec(withoutRoute(all.slice(start, at))) : undefined);
    } else if (isSpecial(token, ">")) domains.add(undefined);
    else if (token.kind === "special" && token.text !== "@") endWords();
    else words.push(token);
  }
  endWords();
  return [...domains];
}

/** RFC 5322 §4.4: `@relay.example:` in front of an address. */
function withoutRoute(words: readonly Token[]): readonly Token[] {
  const colon = isSpecial(words[0], "@") ? words.findIndex((word) => isSpecial(word, ":")) : -1;
  return words.slice(colon + 1);
}

/** Domain of `local-part@domain`; comments and white space may stand around the dots (obs-domain, RFC 5322 §4.4). */
function addressSpec(words: readonly Token[]): string | undefined {
  const at = words.findIndex((word) => isSpecial(word, "@"));
  if (at < 1) return undefined;
  let domain = "";
  for (const { kind, text, spaced } of words.slice(at + 1)) {
    if (kind !== "text") return undefined;
    if (spaced && domain !== "" && !domain.endsWith(".") && !text.startsWith(".")) return undefined;
    domain += text;
  }
  return dnsName(domain);
}

/** Domain of an address, or a bare domain, as results of receivers have it; undefined when it is none. */
export function addressDomain(address: string): string | undefined {
  const text = address.replace(/^<|>$/g, "");
  return dnsName(text.slice(text.lastIndexOf("@") + 1));
}
