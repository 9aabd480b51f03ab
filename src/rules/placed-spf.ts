import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import { apexSpfValue, SES_INCLUDE, spfIncludes, spfValue, type ApexSpf } from "../syntax/spf/build.js";
import { identityPath } from "../kinds/kind.js";

/** An SPF record as it will be published, and the settings it comes from. */
export interface PlacedSpf {
  readonly domain: SendingDomain;
  /** Name of the record. */
  readonly name: string;
  readonly text: string;
  /** The setting at an offset in the text. */
  readonly pathAt: (offset: number) => KeyPath;
}

/** The SPF records of a domain file: those of its MAIL FROM names, and that of the domain itself. */
export function placedSpf(domain: SendingDomain): PlacedSpf[] {
  return [...mailFromSpf(domain), ...domainSpf(domain)];
}

/** The SPF record of each MAIL FROM name, with the identity that sends with it. */
export function mailFromSpf(domain: SendingDomain): (PlacedSpf & { readonly identity: RegionalIdentity })[] {
  return domain.identities.map((identity) => ({
    domain,
    identity,
    name: identity.mailFrom.domain,
    text: spfValue(identity.spf),
    pathAt: (offset) => identityPath(identity, includePath(identity, offset)),
  }));
}

/** The SPF record of the domain itself, if its file asks for one. */
export function domainSpf(domain: SendingDomain): PlacedSpf[] {
  const { apexSpf } = domain;
  if (apexSpf === undefined) return [];
  return [
    {
      domain,
      name: domain.domain,
      text: apexSpfValue(apexSpf),
      pathAt: (offset) => termPath(apexSpf, offset),
    },
  ];
}

/** The entry of `spf.include` at the offset in the published record, or that ends there. */
function includePath({ spf }: RegionalIdentity, offset: number): KeyPath {
  let end = "v=spf1".length;
  for (const target of spfIncludes(spf)) {
    end += ` include:${target}`.length;
    if (offset <= end)
      return target === SES_INCLUDE ? ["spf"] : ["spf", "include", spf.include.indexOf(target)];
  }
  return ["spf"];
}

/** The entry of `apexSpf.terms` at the offset in the published record, or that ends there. */
function termPath({ terms }: ApexSpf, offset: number): KeyPath {
  let end = "v=spf1".length;
  if (offset < end) return ["apexSpf"];
  for (const [index, term] of terms.entries()) {
    end += ` ${term}`.length;
    if (offset <= end) return ["apexSpf", "terms", index];
  }
  return ["apexSpf"];
}
