import { registrableDomain } from "../domain/names.js";
import {
  parseAuthenticationResults,
  type AuthenticationResults,
  type MethodResult,
} from "./authentication-results.js";
import { addressDomain, fromDomains } from "./from-domain.js";
import type { HeaderField } from "./headers.js";

export type AlignmentMode = "relaxed" | "strict";

export interface CheckedIdentifier {
  /** As the receiver says, e.g. `pass`; `none` when it says nothing. */
  readonly result: string;
  /** Domain that was authenticated. */
  readonly domain?: string;
  /** Passed, for a domain that is aligned with the From domain. */
  readonly aligned: boolean;
}

/** Where the results come from; `none` when the message carries none. */
export type ResultSource = "authentication-results" | "arc-authentication-results" | "received-spf" | "none";

export interface MessageCheck {
  /** Aligned by at least one, and DMARC passed. */
  readonly ok: boolean;
  readonly from?: string;
  readonly source: ResultSource;
  readonly authservId?: string;
  /** Everyone whose results the message carries, topmost first. */
  readonly authservIds: readonly string[];
  readonly spf: CheckedIdentifier;
  /** One for each signature that the receiver looked at. */
  readonly dkim: readonly CheckedIdentifier[];
  /** The receiver's own; `none` when it says nothing, and alignment alone decides. */
  readonly dmarc: string;
  /** `d=` of the DKIM-Signature fields in the message. */
  readonly signatures: readonly string[];
  readonly alignment: { readonly dkim: AlignmentMode; readonly spf: AlignmentMode };
  /** What to do, or to know. */
  readonly advice: readonly string[];
}

export interface CheckOptions {
  readonly authservId?: string;
  /** Alignment modes of a From domain; DMARC's default is relaxed for both. */
  readonly alignmentOf: (domain: string) => MessageCheck["alignment"];
}

interface Found {
  readonly source: ResultSource;
  readonly authservId?: string;
  readonly results: readonly MethodResult[];
}

/** Whether SPF and DKIM passed and were aligned, by what the receiver wrote into the header. */
export function checkMessage(headers: readonly HeaderField[], options: CheckOptions): MessageCheck {
  const fields = headers.filter(({ name }) => name === "from");
  const domains = [...new Set(fields.flatMap(({ value }) => fromDomains(value)))];
  const from = fields.length === 1 && domains.length === 1 ? domains[0] : undefined;
  const found = findResults(headers, options.authservId);
  const alignment = options.alignmentOf(from ?? "");
  const spf = spfResult(found.results, from, alignment.spf);
  const dkim = found.results
    .filter(({ method }) => method === "dkim")
    .map(({ result, properties }) =>
      identifier(
        result,
        addressDomain(properties["header.d"] ?? properties["header.i"] ?? ""),
        from,
        alignment.dkim,
      ),
    );
  const dmarc = found.results.find(({ method }) => method === "dmarc")?.result ?? "none";
  const aligned = spf.aligned || dkim.some((signature) => signature.aligned);
  const check = {
    ok: from !== undefined && aligned && (dmarc === "pass" || dmarc === "none"),
    ...(from === undefined ? {} : { from }),
    source: found.source,
    ...(found.authservId === undefined ? {} : { authservId: found.authservId }),
    authservIds: allIds(headers),
    spf,
    dkim,
    dmarc,
    signatures: headers
      .filter(({ name }) => name === "dkim-signature")
      .flatMap(({ value }) => addressDomain(/(?:^|;)\s*d\s*=\s*([^;\s]+)/.exec(value)?.[1] ?? "") ?? []),
    alignment,
  };
  return { ...check, advice: advice(check, fields.length) };
}

function allIds(headers: readonly HeaderField[]): string[] {
  const ids = headers
    .filter(({ name }) => name === "authentication-results")
    .flatMap(({ value }) => parseAuthenticationResults(value)?.authservId ?? []);
  return [...new Set(ids)];
}

/**
 * The topmost Authentication-Results, or the topmost of `authservId`, with those of the same id that follow before the
 * next hop's Received field: some receivers write one field for each method. Else the last ARC instance, else Received-SPF.
 */
function findResults(headers: readonly HeaderField[], authservId: string | undefined): Found {
  const wanted = authservId?.toLowerCase();
  const results: MethodResult[] = [];
  let topmost: AuthenticationResults | undefined;
  for (const { name, value } of headers) {
    if (topmost !== undefined && name === "received") break;
    const parsed = name === "authentication-results" ? parseAuthenticationResults(value) : undefined;
    if (parsed === undefined || (wanted !== undefined && parsed.authservId !== wanted)) continue;
    topmost ??= parsed;
    if (parsed.authservId === topmost.authservId) results.push(...parsed.results);
  }
  if (topmost !== undefined) return { source: "authentication-results", ...topmost, results };
  if (wanted !== undefined) return { source: "none", results: [] };
  return arcResults(headers) ?? receivedSpf(headers) ?? { source: "none", results: [] };
}

/** RFC 8617 §4.1.1: `i=` in front of the ordinary syntax; the highest instance is the last hop's. */
function arcResults(headers: readonly HeaderField[]): Found | undefined {
  let best: { readonly instance: number; readonly found: Found } | undefined;
  for (const { name, value } of headers) {
    if (name !== "arc-authentication-results") continue;
    const match = /^\s*i\s*=\s*(\d{1,2})\s*;/.exec(value);
    const parsed = match === null ? undefined : parseAuthenticationResults(value.slice(match[0].length));
    if (parsed === undefined || Number(match![1]) <= (best?.instance ?? 0)) continue;
    best = { instance: Number(match![1]), found: { source: "arc-authentication-results", ...parsed } };
  }
  return best?.found;
}

/** RFC 7208 §9.1. */
function receivedSpf(headers: readonly HeaderField[]): Found | undefined {
  const value = headers.find(({ name }) => name === "received-spf")?.value;
  const result = /^\s*([a-z]+)\b/i.exec(value ?? "")?.[1]?.toLowerCase();
  if (value === undefined || result === undefined) return undefined;
  const key = (name: string): string =>
    new RegExp(`(?:^|[\\s;])${name}\\s*=\\s*"?<?([^\\s;">]+)`, "i").exec(value)?.[1] ?? "";
  const properties = { "smtp.mailfrom": key("envelope-from"), "smtp.helo": key("helo") };
  const receiver = key("receiver");
  return {
    source: "received-spf",
    ...(receiver === "" ? {} : { authservId: receiver.toLowerCase() }),
    results: [{ method: "spf", result, properties }],
  };
}

function spfResult(
  results: readonly MethodResult[],
  from: string | undefined,
  mode: AlignmentMode,
): CheckedIdentifier {
  const checked = results
    .filter(({ method }) => method === "spf")
    .map(({ result, properties }) =>
      identifier(
        result,
        addressDomain(
          properties["smtp.mailfrom"] || properties["smtp.mail"] || properties["smtp.helo"] || "",
        ),
        from,
        mode,
      ),
    );
  return checked.find(({ aligned }) => aligned) ?? checked[0] ?? { result: "none", aligned: false };
}

function identifier(
  result: string,
  domain: string | undefined,
  from: string | undefined,
  mode: AlignmentMode,
): CheckedIdentifier {
  const aligned =
    result === "pass" && domain !== undefined && from !== undefined && isAligned(domain, from, mode);
  return { result, ...(domain === undefined ? {} : { domain }), aligned };
}

/** RFC 9989 §4.4, §4.10.2: the same name, or in relaxed mode the same organizational domain. */
export function isAligned(domain: string, from: string, mode: AlignmentMode): boolean {
  return domain === from || (mode === "relaxed" && registrableDomain(domain) === registrableDomain(from));
}

function advice(check: Omit<MessageCheck, "advice">, fromFields: number): string[] {
  const { from, spf, dkim, dmarc, source, signatures, alignment } = check;
  if (from === undefined) {
    return [
      fromFields === 1
        ? "The From field does not name exactly one domain; DMARC needs one."
        : `The message has ${fromFields} From fields; DMARC needs exactly one.`,
    ];
  }
  const texts: string[] = [];
  if (source === "none") {
    return [
      "The message carries no results of a receiver: save it as received (“show original”), not from the sent folder, and check --authserv-id.",
    ];
  }
  if (source === "received-spf")
    texts.push("Only Received-SPF was found: whether DKIM passed is not known from it.");
  if (source === "arc-authentication-results") {
    texts.push("Only ARC results were found: they tell what an intermediary saw, not the last receiver.");
  }
  if (!dkim.some(({ aligned }) => aligned) && source !== "received-spf") {
    const passed = dkim.find(({ result }) => result === "pass");
    if (passed?.domain !== undefined) {
      texts.push(
        `DKIM passed for ${passed.domain}, which is not aligned (${alignment.dkim}) with ${from}: sign as ${from}; with Easy DKIM, check that its three CNAMEs are verified (mailstack verify ${from}).`,
      );
    } else if (signatures.length === 0 && dkim.every(({ result }) => result === "none")) {
      texts.push(
        `The message is not signed: check that DKIM signing is on for ${from} (mailstack verify ${from}).`,
      );
    } else {
      texts.push(
        `DKIM did not pass (${dkim[0]?.result ?? "no result"}): check the DKIM records of ${signatures[0] ?? dkim[0]?.domain ?? from}, and whether something on the way changed the message.`,
      );
    }
  }
  if (!spf.aligned) {
    if (spf.result !== "pass") {
      texts.push(
        `SPF did not pass (${spf.result}): check the SPF record of ${spf.domain ?? "the MAIL FROM domain"}.`,
      );
    } else if (alignment.spf === "strict") {
      texts.push(
        `SPF passed for ${spf.domain ?? "an unknown domain"}, but strict alignment needs ${from} itself: a custom MAIL FROM only aligns in relaxed mode (dmarc.alignment.spf).`,
      );
    } else {
      texts.push(
        `SPF passed for ${spf.domain ?? "an unknown domain"}, which is not aligned with ${from}: the custom MAIL FROM domain is not in use (mailstack verify ${from}).`,
      );
    }
  }
  if (dmarc === "none") texts.push("The receiver gave no DMARC result; alignment alone was judged.");
  else if (dmarc !== "pass") texts.push(`The receiver's DMARC result is ${dmarc}.`);
  return texts;
}
