import type { MessageCheck } from "./message-outcome.js";

type Check = Omit<MessageCheck, "advice">;

/** What advice needs beyond the outcome. */
export interface MessageNotes {
  readonly fromFields: number;
  /** The receiver says nothing on SPF. */
  readonly spfMissing: boolean;
  /** The HELO name, where SPF was only checked for that. */
  readonly heloOnly?: string;
  /** Domain of the DMARC result, where it is not about the From domain. */
  readonly dmarcFor?: string;
}

/** What to do about a message, or to know. */
export function messageAdvice(check: Check, notes: MessageNotes): string[] {
  const { from, source, dkim, spf } = check;
  if (from === undefined) {
    return [
      notes.fromFields === 1
        ? "The From field does not name exactly one domain; DMARC needs one."
        : `The message has ${notes.fromFields} From fields; DMARC needs exactly one.`,
    ];
  }
  if (source === "none") {
    return [
      "The message has no results from a receiver: save it as received (“show original”), not from the sent folder, and check --authserv-id.",
    ];
  }
  return [
    ...sourceAdvice(source),
    ...(dkim.some(({ aligned }) => aligned) || source === "received-spf" ? [] : [dkimAdvice(check, from)]),
    ...(spf.aligned ? [] : [spfAdvice(check, from, notes)]),
    ...dmarcAdvice(check, from, notes),
  ];
}

function sourceAdvice(source: Check["source"]): string[] {
  if (source === "received-spf") return ["Only Received-SPF was found. It doesn't say whether DKIM passed."];
  if (source === "arc-authentication-results")
    return ["Only ARC results were found. They show what an intermediary saw, not the last receiver."];
  return [];
}

function dkimAdvice({ dkim, signatures, alignment }: Check, from: string): string {
  const passed = dkim.filter(({ result }) => result === "pass");
  const named = passed.find(({ domain }) => domain !== undefined)?.domain;
  if (named !== undefined)
    return `DKIM passed for ${named}, which is not aligned (${alignment.dkim}) with ${from}: sign as ${from}; with Easy DKIM, check that its three CNAMEs are verified (mailstack verify ${from}).`;
  if (passed.length > 0)
    return "DKIM passed, but the receiver does not say for which domain. It is unknown whether it is aligned.";
  if (signatures.length === 0 && dkim.every(({ result }) => result === "none"))
    return `The message is not signed: check that DKIM signing is on for ${from} (mailstack verify ${from}).`;
  return `DKIM did not pass (${dkim[0]?.result ?? "no result"}): check the DKIM records of ${signatures[0] ?? dkim[0]?.domain ?? from}, and whether something changed the message on the way.`;
}

function spfAdvice(
  { spf, alignment, dmarc }: Check,
  from: string,
  { heloOnly, spfMissing }: MessageNotes,
): string {
  if (heloOnly !== undefined)
    return `The receiver reports an SPF result only for the HELO name ${heloOnly}. DMARC needs one for MAIL FROM, which is unknown.`;
  if (spfMissing && dmarc === "pass") return "The receiver gave no SPF result.";
  if (spf.result !== "pass")
    return `SPF did not pass (${spf.result}): check the SPF record of ${spf.domain ?? "the MAIL FROM domain"}.`;
  if (alignment.spf === "strict")
    return `SPF passed for ${spf.domain ?? "an unknown domain"}, but strict alignment needs ${from} itself: a custom MAIL FROM only aligns in relaxed mode (dmarc.alignment.spf).`;
  return `SPF passed for ${spf.domain ?? "an unknown domain"}, which is not aligned with ${from}: the custom MAIL FROM domain is not in use (mailstack verify ${from}).`;
}

function dmarcAdvice({ dmarc }: Check, from: string, { dmarcFor }: MessageNotes): string[] {
  if (dmarcFor !== undefined)
    return [
      `The receiver's DMARC result is about ${dmarcFor}, not ${from}, so it does not count. Only alignment was judged.`,
    ];
  if (dmarc === "none") return ["The receiver gave no DMARC result. Only alignment was judged."];
  return dmarc === "pass" ? [] : [`The receiver's DMARC result is ${dmarc}.`];
}
