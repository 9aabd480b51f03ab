import { isIPv4, isIPv6 } from "node:net";
import { formatTxtContent, parseTxtContent } from "../dns/character-strings.js";
import { errors } from "./errors.js";
import { canonicalHostname } from "./names.js";

/** The most that one TXT record may hold, in bytes on the wire. */
export const maxTxtWireBytes = 4096;
/** The most that all TXT records of a name may hold together, in bytes of content. */
export const maxTxtBytesPerName = 8192;

/** The fields of `data` that make up the content, in their order; `priority` of SRV and URI is separate. */
const dataFields: Readonly<Record<string, readonly string[]>> = {
  CAA: ["flags", "tag", "value"],
  CERT: ["type", "key_tag", "algorithm", "certificate"],
  DNSKEY: ["flags", "protocol", "algorithm", "public_key"],
  DS: ["key_tag", "algorithm", "digest_type", "digest"],
  HTTPS: ["priority", "target", "value"],
  NAPTR: ["order", "preference", "flags", "service", "regex", "replacement"],
  SMIMEA: ["usage", "selector", "matching_type", "certificate"],
  SRV: ["weight", "port", "target"],
  SSHFP: ["algorithm", "type", "fingerprint"],
  SVCB: ["priority", "target", "value"],
  TLSA: ["usage", "selector", "matching_type", "certificate"],
  URI: ["weight", "target"],
};
const quotedFields: Readonly<Record<string, readonly string[]>> = {
  CAA: ["value"],
  NAPTR: ["flags", "service", "regex"],
  URI: ["target"],
};

export const recordTypes: ReadonlySet<string> = new Set([
  ...["A", "AAAA", "CNAME", "LOC", "MX", "NS", "OPENPGPKEY", "PTR", "TXT"],
  ...Object.keys(dataFields),
]);

export function takesPriority(type: string): boolean {
  return type === "MX" || type === "SRV" || type === "URI";
}

export interface ContentInput {
  readonly type: string;
  readonly name: string;
  readonly content: unknown;
  readonly data: unknown;
}

export interface Content {
  readonly content: string;
  readonly data?: Record<string, string | number>;
  /** The priority that `data` brought along. */
  readonly priority?: number;
}

/**
 * Checks a record's content and brings it into the form that the API stores.
 * @throws ApiError 9005–9009, 9015, 9101
 */
export function normalizeContent(input: ContentInput): Content {
  const { type } = input;
  if (type in dataFields && isObject(input.data)) return fromData(type, input.data);
  if (typeof input.content !== "string" || input.content === "") {
    throw errors.invalidContent(type, "is required.");
  }
  return { content: normalizeText(type, input.name, input.content) };
}

function normalizeText(type: string, name: string, content: string): string {
  switch (type) {
    case "A":
      if (!isIPv4(content)) throw errors.notIpv4();
      return content;
    case "AAAA":
      if (!isIPv6(content) || content.includes("%")) throw errors.notIpv6();
      return content.toLowerCase();
    case "MX":
      return mailExchange(content);
    case "CNAME":
    case "NS":
    case "PTR":
      return target(type, name, content);
    case "TXT":
      return text(content);
    default:
      return content;
  }
}

function mailExchange(content: string): string {
  if (content === ".") return content; // the null MX of RFC 7505
  const host = isIPv4(content) || isIPv6(content) ? undefined : canonicalHostname(content);
  if (host === undefined) throw errors.invalidMx();
  return host;
}

function target(type: string, name: string, content: string): string {
  const host = isIPv4(content) || isIPv6(content) ? undefined : canonicalHostname(content);
  if (host === undefined) throw errors.invalidContent(type);
  if (type === "CNAME" && host === name) throw errors.invalidContent(type, "cannot reference itself.");
  return host;
}

/** Unquoted content is stored as sent; a quoted string over 255 bytes is cut into several, the others stay as sent. */
function text(content: string): string {
  if (/[\r\n\0]/.test(content)) throw errors.invalidContent("TXT", "must not contain line breaks.");
  const strings = parseTxtContent(content, { split: true });
  if (strings === undefined) {
    throw errors.invalidContent("TXT", "must be a row of quoted character-strings, or hold no quotes.");
  }
  const wireBytes = strings.reduce((sum, bytes) => sum + bytes.length + 1, 0);
  if (wireBytes > maxTxtWireBytes) throw errors.contentTooLong(maxTxtWireBytes);
  return parseTxtContent(content) === undefined ? formatTxtContent(strings) : content;
}

function fromData(type: string, data: Record<string, unknown>): Content {
  const stored: Record<string, string | number> = {};
  for (const [field, value] of Object.entries(data)) {
    if (typeof value === "string" || typeof value === "number") stored[field] = value;
  }
  const parts = dataFields[type]!.map((field) => {
    const value = stored[field];
    if (value === undefined) throw errors.fieldRequired(field);
    return quotedFields[type]?.includes(field) ? `"${value}"` : String(value).replace(/(?<=[^.])\.$/, "");
  });
  const { priority } = stored;
  return {
    content: parts.join(" "),
    data: stored,
    ...(takesPriority(type) && typeof priority === "number" && { priority }),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
