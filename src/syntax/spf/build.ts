/** What the record says of every host that it does not name: `~all`, `-all` or `?all`. */
export type SpfAll = "softfail" | "fail" | "neutral";

/** SPF of a MAIL FROM domain. */
export interface MailFromSpf {
  /** Further `include:` targets beside amazonses.com. */
  readonly include: readonly string[];
  readonly all: SpfAll;
}

/** SPF of the domain itself. */
export interface ApexSpf {
  /** SPF terms other than `all`, in their order. */
  readonly terms: readonly string[];
  readonly all: SpfAll;
}

/** The include that authorizes Amazon SES on a custom MAIL FROM domain (SES Developer Guide, "mail-from"). */
export const SES_INCLUDE = "amazonses.com";

const ALL_TERM = { softfail: "~all", fail: "-all", neutral: "?all" } as const;

/** Include targets in the order they are published: Amazon SES first, named once however often the file names it. */
export function spfIncludes(spf: MailFromSpf): readonly string[] {
  return [SES_INCLUDE, ...spf.include.filter((target) => target.toLowerCase() !== SES_INCLUDE)];
}

/** SPF record (RFC 7208) of a MAIL FROM name, unquoted and in one piece. */
export function spfValue(spf: MailFromSpf): string {
  return ["v=spf1", ...spfIncludes(spf).map((target) => `include:${target}`), ALL_TERM[spf.all]].join(" ");
}

/** SPF record (RFC 7208) of the domain itself, unquoted and in one piece. */
export function apexSpfValue({ terms, all }: ApexSpf): string {
  return ["v=spf1", ...terms, ALL_TERM[all]].join(" ");
}

const ALL_OF: ReadonlyMap<string | undefined, SpfAll> = new Map(
  (["softfail", "fail", "neutral"] as const).map((all) => [ALL_TERM[all], all]),
);

/** What gives exactly this record of the domain itself; undefined if nothing does. */
export function apexSpfOf(text: string): ApexSpf | undefined {
  const [, ...terms] = text.split(" ");
  const all = ALL_OF.get(terms.pop());
  if (all === undefined) return undefined;
  const settings = { terms, all };
  return apexSpfValue(settings) === text ? settings : undefined;
}

/** What gives exactly this record of a MAIL FROM name; undefined if nothing does. */
export function mailFromSpfOf(text: string): MailFromSpf | undefined {
  const { terms, all } = apexSpfOf(text) ?? {};
  if (terms === undefined || all === undefined) return undefined;
  const [, ...include] = terms.map((term) => term.replace(/^include:/, ""));
  const settings = { include, all };
  return spfValue(settings) === text ? settings : undefined;
}
