/** Whether a TXT value claims to be a DMARC record: `v=DMARC1`, case-sensitive, as its first tag (RFC 9989 §4.7). */
export function isDmarc(text: string): boolean {
  return /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}
