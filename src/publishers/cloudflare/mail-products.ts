import type { CloudflareRecord } from "./stored-record.js";

/**
 * Cloudflare's mail products publish records, lock them, and delete them when they are switched off (Cloudflare
 * documentation, Email Service, domain configuration).
 */
export const EMAIL_ROUTING = "Cloudflare Email Routing";
export const EMAIL_SENDING = "Cloudflare Email Sending";

/** The name below which Email Sending keeps its MX, SPF and DKIM records. */
const SENDING = /^cf-bounce\.(?:_domainkey\.)?(.+)$/;

/** What Email Sending publishes at `_dmarc`, in any spelling of its quotes. */
const SENDING_DMARC = /^"?v=DMARC1; ?p=reject;?"?$/;

/**
 * The product that owns each record, by the record's id; those of nobody are missing. Pure.
 * @param records all of a zone: only they tell whether Email Sending is on for a name
 */
export function ownersOf(records: readonly CloudflareRecord[]): ReadonlyMap<string, string> {
  const sending = new Set(records.flatMap(({ name }) => SENDING.exec(name.toLowerCase())?.[1] ?? []));
  return new Map(
    records.flatMap((record) => {
      const owner = ownerOf(record, sending);
      return owner === undefined ? [] : [[record.id, owner] as const];
    }),
  );
}

function ownerOf(record: CloudflareRecord, sending: ReadonlySet<string>): string | undefined {
  const { email_routing: routing, read_only: readOnly } = metaOf(record);
  const name = record.name.toLowerCase();
  if (routing === true) return EMAIL_ROUTING;
  if (SENDING.test(name)) return EMAIL_SENDING;
  const below = name.startsWith("_dmarc.") ? name.slice("_dmarc.".length) : undefined;
  if (below !== undefined && sending.has(below) && SENDING_DMARC.test(record.content ?? "")) {
    return EMAIL_SENDING;
  }
  return readOnly === true ? "another Cloudflare product" : undefined;
}

/** The provider gives `meta` as JSON text, the API as an object. */
function metaOf({ meta }: CloudflareRecord): Readonly<Record<string, unknown>> {
  if (typeof meta !== "string") return meta ?? {};
  try {
    return (JSON.parse(meta) as Readonly<Record<string, unknown>> | null) ?? {};
  } catch {
    return {};
  }
}
