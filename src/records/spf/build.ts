import type { ApexSpf, RegionalIdentity } from "../../domain/model.js";

/** The include that authorizes Amazon SES on a custom MAIL FROM domain (SES Developer Guide, "mail-from"). */
export const SES_INCLUDE = "amazonses.com";

const ALL_TERM = { softfail: "~all", fail: "-all", neutral: "?all" } as const;

/** Include targets in the order they are published: Amazon SES first, named once however often the file names it. */
export function spfIncludes(spf: RegionalIdentity["spf"]): readonly string[] {
  return [SES_INCLUDE, ...spf.include.filter((target) => target.toLowerCase() !== SES_INCLUDE)];
}

/** SPF record (RFC 7208) of a MAIL FROM name, unquoted and in one piece. */
export function spfValue(spf: RegionalIdentity["spf"]): string {
  return ["v=spf1", ...spfIncludes(spf).map((target) => `include:${target}`), ALL_TERM[spf.all]].join(" ");
}

/** SPF record (RFC 7208) of the domain itself, unquoted and in one piece. */
export function apexSpfValue({ terms, all }: ApexSpf): string {
  return ["v=spf1", ...terms, ALL_TERM[all]].join(" ");
}
