import { registrableDomain } from "../../file/names.js";
import { reportUri } from "./report-uri.js";

/**
 * Host that receives reports for a `rua`/`ruf` destination, lower case: the domain of a `mailto:` address or the host
 * of another URI. Undefined when the destination names none.
 */
export function reportHost(destination: string): string | undefined {
  const uri = reportUri(destination);
  const match =
    /^mailto:[^?]*@([^?@]+)/i.exec(uri) ?? /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]+)/i.exec(uri);
  return match?.[1]!.toLowerCase();
}

/**
 * Whether receivers will ask the destination for its consent before they send reports about `domain`: its
 * organizational domain differs (RFC 9990 §4, for failure reports RFC 9991 §5). Organizational domains are taken from the Public Suffix List; receivers
 * that walk the DNS tree instead come to the same answer unless a suffix publishes a `psd` record of its own.
 */
export function isExternalDestination(domain: string, host: string): boolean {
  return host !== domain && registrableDomain(host) !== registrableDomain(domain);
}

/** The record with which `host` consents to take reports about `domain` (RFC 9990 §4, RFC 9991 §5). */
export function reportConsentRecord(domain: string, host: string) {
  return { type: "TXT" as const, name: `${domain}._report._dmarc.${host}`, value: "v=DMARC1" };
}
