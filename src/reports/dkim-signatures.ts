import { dnsName, isAtOrBelow } from "../file/names.js";
import { addressDomain } from "./from-domain.js";
import type { HeaderField } from "./headers.js";

/** What tells one DKIM-Signature of a message from the others (RFC 6376 §3.5). */
export interface DkimSignature {
  /** `d=`, canonical; undefined where it cannot be told. */
  readonly domain?: string;
  readonly selector: string;
  /** `i=`; by default `@` and the domain. */
  readonly identity: string;
  /** `b=` without white space. */
  readonly signature: string;
}

/** Past this many, which of them a result means is not looked for. */
const MAX_COMPARED = 100;

export function dkimSignatures(headers: readonly HeaderField[]): DkimSignature[] {
  return headers.filter(({ name }) => name === "dkim-signature").map(({ value }) => signature(value));
}

function signature(value: string): DkimSignature {
  const tags = new Map<string, string>();
  let twice = false;
  for (const tag of value.split(";")) {
    const equals = tag.indexOf("=");
    const name = tag.slice(0, Math.max(equals, 0)).trim();
    if (name === "") continue;
    twice ||= tags.has(name);
    tags.set(name, tag.slice(equals + 1).replace(/[ \t]+/g, ""));
  }
  const domain = twice ? undefined : dnsName(tags.get("d") ?? "");
  const identity = (tags.get("i") ?? `@${tags.get("d") ?? ""}`).toLowerCase();
  const below = domain !== undefined && isAtOrBelow(addressDomain(identity) ?? "", domain);
  return {
    ...(below ? { domain } : {}),
    selector: (tags.get("s") ?? "").toLowerCase(),
    identity,
    signature: tags.get("b") ?? "",
  };
}

/**
 * The signing domain that a result is about: the one it names, or else that of the signatures it can mean. Properties
 * are optional (RFC 8601 §2.2), and `header.b` is there to tell signatures apart (RFC 6008).
 */
export function signingDomain(
  properties: Readonly<Record<string, string>>,
  signatures: readonly DkimSignature[],
): string | undefined {
  const said = (name: string): string | undefined => {
    const value = properties[name]?.toLowerCase();
    // Microsoft 365 and IronPort write `none` for a message without a signature.
    return value === "" || value === "none" ? undefined : value;
  };
  const [domain, identity, selector] = [said("header.d"), said("header.i"), said("header.s")];
  const start = properties["header.b"] ?? "";
  if (domain !== undefined) return dnsName(domain) ?? addressDomain(domain);
  const meant =
    signatures.length > MAX_COMPARED
      ? []
      : signatures.filter(
          (candidate) =>
            (identity === undefined || candidate.identity === identity) &&
            (selector === undefined || candidate.selector === selector) &&
            candidate.signature.startsWith(start),
        );
  const domains = new Set(meant.map((candidate) => candidate.domain));
  const [only] = domains;
  return domains.size === 1 && only !== undefined ? only : addressDomain(identity ?? "");
}
