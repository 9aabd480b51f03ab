import { domainToASCII } from "node:url";

/**
 * What a URI in a DMARC record may not hold as itself: `,` and `!` separate URIs and (once) size limits, `;`
 * separates tags (RFC 9989 §4.6, §4.8), and a URI is printable ASCII without spaces (RFC 3986 §2).
 */
const NOT_IN_RECORD = /[^\x21-\x7e]|[,!;]/gu;
/** What the local part of an address may not hold as itself in a `mailto` URI (RFC 6068 §2), and the above. */
const NOT_IN_LOCAL_PART = /[^A-Za-z0-9\-._~$'*+]/gu;

/** `char` as `%XX` for each of its UTF-8 bytes. */
function percentEncode(char: string): string {
  const bytes = new TextEncoder().encode(char);
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/**
 * The `rua`/`ruf` URI for an address or URI as a domain file gives it. An address becomes a `mailto:` URI with
 * its local part percent-encoded. In a URI only what a DMARC record cannot hold is encoded, so that escapes
 * already there stay as they are. The domain of an address becomes lower-case A-labels.
 */
export function reportUri(destination: string): string {
  const text = destination.trim();
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text)?.[0];
  if (scheme === undefined) return mailto(text.replace(LOCAL_PART, encodeLocalPart));
  if (scheme.toLowerCase() === "mailto:") return mailto(text.slice(scheme.length));
  return text.replace(NOT_IN_RECORD, percentEncode);
}

/** The destination for a URI of a record as a domain file gives it: an address if that stands for the same URI. */
export function destinationOf(uri: string): string {
  const encoded = /^mailto:([^?]*)$/.exec(uri)?.[1];
  if (encoded === undefined) return uri;
  try {
    const address = decodeURIComponent(encoded);
    return reportUri(address) === uri ? address : uri;
  } catch {
    return uri;
  }
}

const LOCAL_PART = /^.*(?=@[^@]*$)/su;

function encodeLocalPart(local: string): string {
  return local.replace(NOT_IN_LOCAL_PART, percentEncode);
}

/** `rest` is what follows `mailto:`, `user@domain?header=value`. */
function mailto(rest: string): string {
  const [, address = "", headers = ""] = /^([^?]*)(.*)$/su.exec(rest) ?? [];
  const ascii = address.replace(/(?<=@)[^@]*$/u, asciiDomain);
  return `mailto:${ascii}${headers}`.replace(NOT_IN_RECORD, percentEncode);
}

function asciiDomain(domain: string): string {
  // An empty answer means "no domain name"; what the file says is then shown to its author unchanged.
  return domainToASCII(domain) || domain;
}
