/** How TXT records of one kind are told from others at their name; of such a kind a name has one record. */
export interface TxtMark {
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
export function anyVersion(version: string): RegExp {
  return new RegExp(`^\\s*v\\s*=\\s*${version}(?![A-Za-z0-9])`, "i");
}

export const SPF_MARK: TxtMark = {
  // The version is followed by a space or by nothing; literal text in its grammar is in any case (RFC 5234 §2.3).
  counts: /^v=spf1(?: |$)/i,
  mayCount: anyVersion("spf1"),
  rule: "RFC 7208 §4.5",
};

export const DMARC_MARK: TxtMark = {
  // `v` is in any case, with blanks around the `=`; `DMARC1` is not (§4.8).
  counts: /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/,
  mayCount: anyVersion("DMARC1"),
  rule: "RFC 9989",
};

/** Whether receivers that keep to the standard take an unquoted TXT value for a record of the kind. */
export function counts(mark: TxtMark, text: string): boolean {
  return mark.counts.test(text);
}

/** Whether some receiver may take it for one: what stands beside a record of ours must not. */
export function mayCount(mark: TxtMark, text: string): boolean {
  return mark.mayCount.test(text) || counts(mark, text);
}
