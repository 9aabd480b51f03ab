/** Whether a TXT value claims to be a DMARC record: `v=DMARC1` as its first tag, the value case-sensitive (RFC 9989 §4.7). */
export function isDmarc(text: string): boolean {
  return /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}
