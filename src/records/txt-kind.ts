import type { RecordPurpose } from "./model.js";
import { fromTxtContent, TxtSyntaxError } from "./txt.js";

/** Kinds of TXT records that are told from others at the same name by how they begin, or by a tag. */
export type TxtKind = Extract<RecordPurpose, "SPF" | "DMARC" | "DKIM" | "TLS-RPT" | "MTA-STS" | "BIMI">;

interface KindOfTxt {
  /** What the standard takes for a record of the kind. */
  readonly counts: RegExp;
  /**
   * What a receiver may take for one that is less exact than the standard, or more generous. Of several records at a
   * name receivers use none, so a text that only some of them count is in the way of ours as well: those who count it
   * ignore both.
   */
  readonly mayCount: RegExp;
  /** Says that a name has one such record, and that several are ignored. */
  readonly rule: string;
}

/** Any case, blanks wherever somebody might skip them, and anything behind the version but more of a word. */
function anyVersion(version: string): RegExp {
  return new RegExp(`^\\s*v\\s*=\\s*${version}(?![A-Za-z0-9])`, "i");
}

/** Its version is optional, its key is not; the key has no second form. */
const DKIM_KEY = /(?:^|;)\s*p\s*=/;

const KINDS: Readonly<Record<TxtKind, KindOfTxt>> = {
  // The version is followed by a space or by nothing; literal text in its grammar is in any case (RFC 5234 §2.3).
  SPF: { counts: /^v=spf1(?: |$)/i, mayCount: anyVersion("spf1"), rule: "RFC 7208 §4.5" },
  // `v` is in any case, with blanks around the `=`; `DMARC1` is not (§4.8).
  DMARC: {
    counts: /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/,
    mayCount: anyVersion("DMARC1"),
    rule: "RFC 9989",
  },
  DKIM: { counts: DKIM_KEY, mayCount: DKIM_KEY, rule: "RFC 6376 §3.6.2.2" },
  // Both discard what does not begin with these very letters and a semicolon, though their grammars let blanks precede it.
  "TLS-RPT": { counts: /^v=TLSRPTv1;/, mayCount: anyVersion("TLSRPTv1"), rule: "RFC 8460 §3" },
  "MTA-STS": { counts: /^v=STSv1;/, mayCount: anyVersion("STSv1"), rule: "RFC 8461 §3.1" },
  // bimi-version is lower case `v` and upper case `BIMI`, with blanks around the `=` (§4.2).
  BIMI: {
    counts: /^v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|$)/,
    mayCount: anyVersion("BIMI1"),
    rule: "draft-brand-indicators-for-message-identification §7.2",
  },
};

export const TXT_KINDS = Object.keys(KINDS) as readonly TxtKind[];

/** The kind that other records at the name may be in the way of; undefined where a name may have any number. */
export function kindOfPurpose(purpose: RecordPurpose): TxtKind | undefined {
  return TXT_KINDS.find((kind) => kind === purpose);
}

/** Whether receivers that keep to the standard take an unquoted TXT value for a record of the kind. */
export function isOfKind(kind: TxtKind, text: string): boolean {
  return KINDS[kind].counts.test(text);
}

/** Whether some receiver may take it for one: what stands beside a record of ours must not. */
export function mayBeOfKind(kind: TxtKind, text: string): boolean {
  return KINDS[kind].mayCount.test(text) || isOfKind(kind, text);
}

/** Where it is said that a name has one record of the kind. */
export function ruleOfOne(kind: TxtKind): string {
  return KINDS[kind].rule;
}

/**
 * The kind of a record of which a name has one, as a DNS host's API carries it.
 * @param content quoted character-strings, or plain text
 */
export function kindOfContent(content: string): TxtKind | undefined {
  const text = textOf(content);
  return TXT_KINDS.find((kind) => kind !== "DKIM" && isOfKind(kind, text));
}

/** Whether a record at the name of another is in its way. Both are as a DNS host's API carries them. */
export function isRivalContent(kind: TxtKind, content: string): boolean {
  return mayBeOfKind(kind, textOf(content));
}

/** What is no TXT record at all is compared as it stands. */
function textOf(content: string): string {
  try {
    return fromTxtContent(content);
  } catch (error) {
    if (error instanceof TxtSyntaxError) return content;
    throw error;
  }
}
