import { icannDomain, isAtOrBelow, registrableDomain } from "../file/names.js";

export type AlignmentMode = "relaxed" | "strict";

/** What decides where only the private part of the Public Suffix List holds two names apart. */
export interface AlignmentEvidence {
  /** Names that publish a DMARC record without `psd`, as domain files do. */
  readonly publishing: readonly string[];
  /** The receiver's DMARC result on the message; `none` when it says nothing. */
  readonly dmarc: string;
}

/**
 * Whether a domain that passed is aligned with the From domain (RFC 9989 §4.4, §4.10.2): the same name, or in relaxed
 * mode the same organizational domain. That is what was registered by the Public Suffix List. RFC 9989 asks DNS
 * instead: names that others register below a private suffix, such as `github.io`, belong together if the suffix
 * publishes a record without `psd=y`. No DNS is asked here, so domain files and the receiver's own result tell; without
 * either, a From domain that is the suffix itself is taken to publish such a record, since DMARC would not apply to it
 * otherwise.
 */
export function isAligned(
  domain: string,
  from: string,
  mode: AlignmentMode,
  { publishing, dmarc }: AlignmentEvidence,
): boolean {
  if (domain === from) return true;
  if (mode === "strict") return false;
  if (registrableDomain(domain) === registrableDomain(from)) return true;
  if (icannDomain(domain) === undefined || icannDomain(domain) !== icannDomain(from)) return false;
  return (
    publishing.some((name) => isAtOrBelow(domain, name) && isAtOrBelow(from, name)) ||
    dmarc === "pass" ||
    (dmarc === "none" && isAtOrBelow(domain, from))
  );
}
