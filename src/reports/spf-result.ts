import type { MethodResult } from "./authentication-results.js";
import { addressDomain } from "./from-domain.js";
import type { HeaderField } from "./headers.js";
import type { ReceivedSpf } from "./received-spf.js";
import type { ReceiverResults } from "./receiver-results.js";

/** SPF for MAIL FROM, the only identity that DMARC knows (RFC 9989 §4.4.2). */
export interface SpfForMailFrom {
  /** As the receiver says; `none` when it says nothing of MAIL FROM. */
  readonly result: string;
  /** Undefined when the receiver does not say. */
  readonly domain?: string;
  /** The HELO name, where only that was checked. */
  readonly heloOnly?: string;
}

/** What a receiver says of one SPF check. */
interface SpfCheck {
  readonly result: string;
  /** `mailfrom`, `helo` or what else was checked; undefined when that is not said. */
  readonly identity: string | undefined;
  /** Empty for the null reverse-path. */
  readonly mailFrom: string | undefined;
  readonly helo: string | undefined;
}

/**
 * The result for MAIL FROM among those that a receiver gives; undefined when it gives none on SPF. A result for HELO
 * says nothing of MAIL FROM, unless the reverse-path is null: then `postmaster@` the HELO name is checked in its place
 * (RFC 7208 §2.4).
 */
export function spfForMailFrom(
  { results, receivedSpf }: ReceiverResults,
  headers: readonly HeaderField[],
): SpfForMailFrom | undefined {
  const said = forMailFrom(results.filter(({ method }) => method === "spf").map(fromResult), headers);
  if (said?.domain !== undefined) return said;
  const received = forMailFrom(receivedSpf.map(fromField), headers);
  const completes = said === undefined || said.heloOnly !== undefined || said.result === received?.result;
  return completes ? (received ?? said) : said;
}

function forMailFrom(
  checks: readonly SpfCheck[],
  headers: readonly HeaderField[],
): SpfForMailFrom | undefined {
  if (checks.length === 0) return undefined;
  const mailFroms = checks.flatMap(({ mailFrom }) => mailFrom ?? []);
  const isNull =
    mailFroms.length > 0 ? mailFroms.every((mailFrom) => mailFrom === "") : hasNullReturnPath(headers);
  const counted = isNull ? [undefined, "mailfrom", "helo"] : [undefined, "mailfrom"];
  const found = checks
    .filter(({ identity }) => counted.includes(identity))
    .map(({ result, mailFrom, helo }) => withDomain(result, isNull ? helo : mailFrom));
  const heloOnly = addressDomain(checks.find(({ identity }) => identity === "helo")?.helo ?? "");
  const nothing = { result: "none", ...(heloOnly === undefined ? {} : { heloOnly }) };
  return found.find(({ domain }) => domain !== undefined) ?? found[0] ?? nothing;
}

function withDomain(result: string, address: string | undefined): SpfForMailFrom {
  const domain = addressDomain(address ?? "");
  return { result, ...(domain === undefined ? {} : { domain }) };
}

/** RFC 8601 §2.7.2; older receivers write `smtp.mail`. */
function fromResult({ result, properties }: MethodResult): SpfCheck {
  const mailFrom = reversePath(properties["smtp.mailfrom"] ?? properties["smtp.mail"]);
  const helo = properties["smtp.helo"];
  const identity = mailFrom !== undefined ? "mailfrom" : helo !== undefined ? "helo" : undefined;
  return { result, identity, mailFrom, helo };
}

/** RFC 7208 §9.1. */
function fromField({ result, pairs }: ReceivedSpf): SpfCheck {
  const mailFrom = reversePath(pairs["envelope-from"]);
  const identity = pairs["identity"]?.toLowerCase();
  // Mail::SPF calls it so.
  return { result, identity: identity === "mfrom" ? "mailfrom" : identity, mailFrom, helo: pairs["helo"] };
}

function reversePath(text: string | undefined): string | undefined {
  return text === "<>" ? "" : text;
}

/** The last host writes the reverse-path into the message when it delivers it (RFC 5321 §4.4). */
function hasNullReturnPath(headers: readonly HeaderField[]): boolean {
  const paths = headers.filter(({ name }) => name === "return-path");
  return paths.length > 0 && paths.every(({ value }) => value.replace(/[ \t]/g, "") === "<>");
}
