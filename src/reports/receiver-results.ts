import { dnsName, registrableDomain } from "../file/names.js";
import {
  parseAuthenticationResults,
  type AuthenticationResults,
  type MethodResult,
} from "./authentication-results.js";
import type { HeaderField } from "./headers.js";
import { parseReceivedSpf, type ReceivedSpf } from "./received-spf.js";

/** Where the results come from; `none` when the message carries none. */
export type ResultSource = "authentication-results" | "arc-authentication-results" | "received-spf" | "none";

/** What the receiver that is believed says. */
export interface ReceiverResults {
  readonly source: ResultSource;
  readonly authservId?: string;
  /** All whose results are among these: one receiver may use several names. */
  readonly counted: readonly string[];
  readonly results: readonly MethodResult[];
  /** Used where `results` has nothing on SPF. */
  readonly receivedSpf: readonly ReceivedSpf[];
}

interface Statement {
  readonly index: number;
  readonly parsed: AuthenticationResults;
}

/** Fields that the sender writes: below them nothing of the last receiver is to be expected. */
const SENDERS_FIELDS = ["dkim-signature", "from", "to", "subject", "date", "message-id", "mime-version"];
const MAX_ARC_INSTANCE = 50;

/**
 * The topmost Authentication-Results, or the topmost of `authservId`, with what else the same receiver wrote. Else the
 * last ARC instance, else Received-SPF. A sender can write all of these, but only below what receivers write.
 */
export function receiverResults(
  headers: readonly HeaderField[],
  authservId: string | undefined,
): ReceiverResults {
  const wanted = authservId?.toLowerCase();
  const all = statements(headers);
  const first = all.find(({ parsed }) => wanted === undefined || parsed.authservId === wanted);
  if (first === undefined) {
    const none = { source: "none", counted: [], results: [], receivedSpf: [] } as const;
    return wanted === undefined ? (arcResults(headers) ?? receivedSpfAlone(headers) ?? none) : none;
  }
  const hop = hopOf(headers, first.index);
  const { authservId: id } = first.parsed;
  const counted = all.filter(
    ({ index, parsed }) =>
      index >= first.index &&
      index < hop.end &&
      (parsed.authservId === id || (wanted === undefined && (hop.last || sameOwner(id, parsed.authservId)))),
  );
  return {
    source: "authentication-results",
    ...(id === undefined ? {} : { authservId: id }),
    counted: [...new Set(counted.flatMap(({ parsed }) => parsed.authservId ?? []))],
    results: onePerMethod(counted),
    receivedSpf: receivedSpf(headers, hop.last ? hop.end : counted.at(-1)!.index).filter(
      ({ pairs }) => wanted === undefined || pairs["receiver"]?.toLowerCase() === wanted,
    ),
  };
}

/** Everyone whose results the message carries, topmost first. */
export function authservIds(headers: readonly HeaderField[]): string[] {
  return [...new Set(statements(headers).flatMap(({ parsed }) => parsed.authservId ?? []))];
}

function statements(headers: readonly HeaderField[]): Statement[] {
  return headers.flatMap(({ name, value }, index) => {
    const parsed = name === "authentication-results" ? parseAuthenticationResults(value) : undefined;
    return parsed === undefined ? [] : [{ index, parsed }];
  });
}

/**
 * The fields from one on that the same host added. The last host wrote everything above the topmost Received field,
 * under whatever names (`last`). Otherwise, some hosts put their results below their own Received field: the sender's
 * fields follow, with the sender's forged results perhaps, before the next Received field does.
 */
function hopOf(
  headers: readonly HeaderField[],
  start: number,
): { readonly end: number; readonly last: boolean } {
  const topmost = headers.findIndex(({ name }) => name === "received");
  if (topmost > start) return { end: topmost, last: true };
  const ends = (name: string): boolean => name === "received" || SENDERS_FIELDS.includes(name);
  const length = headers.slice(start + 1).findIndex(({ name }) => ends(name));
  return { end: length < 0 ? headers.length : start + 1 + length, last: false };
}

/** Receivers use several names below one domain of theirs, e.g. `spf.icloud.com` (RFC 8601 §2.5). */
function sameOwner(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [dnsName(one ?? ""), dnsName(other ?? "")];
  return a !== undefined && b !== undefined && registrableDomain(a) === registrableDomain(b);
}

/** What one name says of a method stands; what another says of it further down could be forged. */
function onePerMethod(counted: readonly Statement[]): MethodResult[] {
  const owners = new Map<string, string | undefined>();
  return counted.flatMap(({ parsed: { authservId, results } }) =>
    results.filter(({ method }) => {
      if (!owners.has(method)) owners.set(method, authservId);
      return owners.get(method) === authservId;
    }),
  );
}

/** RFC 8617 §4.1.1, §4.2.1: the highest instance is the last hop's. */
function arcResults(headers: readonly HeaderField[]): ReceiverResults | undefined {
  let best: AuthenticationResults | undefined;
  for (const { name, value } of headers) {
    if (name !== "arc-authentication-results") continue;
    const parsed = parseAuthenticationResults(value);
    const instance = parsed?.instance ?? 0;
    if (instance > MAX_ARC_INSTANCE || instance <= (best?.instance ?? 0)) continue;
    best = parsed;
  }
  if (best === undefined) return undefined;
  const { authservId, results } = best;
  return {
    source: "arc-authentication-results",
    ...(authservId === undefined ? {} : { authservId }),
    counted: authservId === undefined ? [] : [authservId],
    results,
    receivedSpf: [],
  };
}

function receivedSpfAlone(headers: readonly HeaderField[]): ReceiverResults | undefined {
  const index = headers.findIndex(({ name }) => name === "received-spf");
  const hop = hopOf(headers, index);
  const fields = receivedSpf(headers, hop.last ? hop.end : index + 1);
  if (index < 0 || fields.length === 0) return undefined;
  const receiver = fields[0]!.pairs["receiver"]?.toLowerCase();
  return {
    source: "received-spf",
    ...(receiver === undefined || receiver === "" ? {} : { authservId: receiver }),
    counted: receiver === undefined || receiver === "" ? [] : [receiver],
    results: [],
    receivedSpf: fields,
  };
}

/** Those above `end`, which the receiver wrote. */
function receivedSpf(headers: readonly HeaderField[], end: number): ReceivedSpf[] {
  return headers
    .slice(0, end)
    .flatMap(({ name, value }) => (name === "received-spf" ? (parseReceivedSpf(value) ?? []) : []));
}
