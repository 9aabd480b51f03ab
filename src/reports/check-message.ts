import type { CheckedIdentifier, MessageCheck } from "./message-outcome.js";
import { registrableDomain } from "../file/names.js";
import { isAligned, type AlignmentMode } from "./alignment.js";
import type { MethodResult } from "./authentication-results.js";
import { dkimSignatures, signingDomain } from "./dkim-signatures.js";
import { addressDomain, fromDomains } from "./from-domain.js";
import type { HeaderField } from "./headers.js";
import { messageAdvice } from "./message-advice.js";
import { authservIds, receiverResults } from "./receiver-results.js";
import { spfForMailFrom } from "./spf-result.js";

export interface CheckOptions {
  readonly authservId?: string;
  /** Alignment modes of a From domain; DMARC's default is relaxed for both. */
  readonly alignmentOf: (domain: string) => MessageCheck["alignment"];
  /** Names whose DMARC record is known, none of them with `psd`. */
  readonly publishing?: readonly string[];
}

/** Whether SPF and DKIM passed and were aligned, by what the receiver wrote into the header. */
export function checkMessage(headers: readonly HeaderField[], options: CheckOptions): MessageCheck {
  const fields = headers.filter(({ name }) => name === "from");
  const domains = fields.flatMap(({ value }) => fromDomains(value));
  const from = fields.length === 1 && domains.length === 1 ? domains[0] : undefined;
  const found = receiverResults(headers, options.authservId);
  const alignment = options.alignmentOf(from ?? "");
  const dmarc = dmarcResult(found.results, from);
  const evidence = { publishing: options.publishing ?? [], dmarc: dmarc.result };
  const aligned = (domain: string | undefined, mode: AlignmentMode): boolean =>
    domain !== undefined && from !== undefined && isAligned(domain, from, mode, evidence);
  const identifier = (
    result: string,
    domain: string | undefined,
    mode: AlignmentMode,
  ): CheckedIdentifier => ({
    result,
    ...(domain === undefined ? {} : { domain }),
    aligned: result === "pass" && aligned(domain, mode),
  });
  const signed = dkimSignatures(headers);
  const spfFound = spfForMailFrom(found, headers);
  const spf = identifier(spfFound?.result ?? "none", spfFound?.domain, alignment.spf);
  // What an intermediary looked at may have been replaced by its own signature.
  const seen = found.source === "arc-authentication-results" ? [] : signed;
  const dkim = found.results
    .filter(({ method }) => method === "dkim")
    .map(({ result, properties }) =>
      identifier(result, signingDomain(properties, result === "none" ? [] : seen), alignment.dkim),
    );
  const signatures = signed.flatMap(({ domain }) => domain ?? []);
  const spfUnknown = spfFound === undefined || spfFound.heloOnly !== undefined;
  // The DMARC result counts where what the receiver says of SPF and DKIM leaves open that one of them was aligned:
  // properties are optional (RFC 8601 §2.2), and some receivers only tell the outcome.
  const passed =
    spf.aligned ||
    dkim.some((signature) => signature.aligned) ||
    (dmarc.result === "pass" &&
      (spfUnknown ||
        [spf, ...dkim].some(({ result, domain }) => result === "pass" && domain === undefined) ||
        (dkim.length === 0 && signatures.some((domain) => aligned(domain, alignment.dkim)))));
  const check = {
    ok: from !== undefined && passed && (dmarc.result === "pass" || dmarc.result === "none"),
    ...(from === undefined ? {} : { from }),
    source: found.source,
    ...(found.authservId === undefined ? {} : { authservId: found.authservId }),
    authservIds: authservIds(headers),
    countedIds: found.counted,
    spf,
    dkim,
    dmarc: dmarc.result,
    signatures,
    alignment,
  };
  const notes = {
    fromFields: fields.length,
    spfMissing: spfFound === undefined,
    ...(spfFound?.heloOnly === undefined ? {} : { heloOnly: spfFound.heloOnly }),
    ...(dmarc.other === undefined ? {} : { dmarcFor: dmarc.other }),
  };
  return { ...check, advice: messageAdvice(check, notes) };
}

/** The receiver's DMARC result, and the domain it is about where that is another than the From domain. */
function dmarcResult(
  results: readonly MethodResult[],
  from: string | undefined,
): { readonly result: string; readonly other?: string } {
  let other: string | undefined;
  const own: string[] = [];
  for (const { method, result, properties } of results) {
    if (method !== "dmarc") continue;
    // IronPort writes `d`.
    const domain = addressDomain(properties["header.from"] ?? properties["d"] ?? "");
    const same =
      domain === undefined || from === undefined || registrableDomain(domain) === registrableDomain(from);
    if (same) own.push(result);
    else other ??= domain;
  }
  const result = own.find((each) => each !== "pass") ?? own[0];
  if (result !== undefined) return { result };
  return { result: "none", ...(other === undefined ? {} : { other }) };
}
