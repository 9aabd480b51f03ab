/** Products of Cloudflare that publish records of their own, and lock them. */
export type MailProduct = "email_routing" | "email_sending";

/** A DNS record as it is stored. */
export interface DnsRecord {
  readonly id: string;
  readonly zoneId: string;
  /** FQDN, lower case, Punycode, no trailing dot. */
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly priority?: number;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly proxied: boolean;
  /** Seconds; 1: automatic. */
  readonly ttl: number;
  readonly settings: RecordSettings;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly createdOn: string;
  readonly modifiedOn: string;
  readonly commentModifiedOn?: string;
  readonly tagsModifiedOn?: string;
  /** The product that manages and locks the record, and the name that it serves. */
  readonly owner?: { readonly product: MailProduct; readonly name: string };
}

export interface RecordSettings {
  readonly flatten_cname?: boolean;
  readonly ipv4_only?: boolean;
  readonly ipv6_only?: boolean;
}

/** What a client sets; the rest of a record is the server's. */
export type RecordFields = Pick<
  DnsRecord,
  "name" | "type" | "content" | "priority" | "data" | "proxied" | "ttl" | "settings" | "comment" | "tags"
>;

const proxiableTypes: ReadonlySet<string> = new Set(["A", "AAAA", "CNAME"]);

export function isProxiable(type: string): boolean {
  return proxiableTypes.has(type);
}

/** The record as the API shows it. */
export function recordJson(record: DnsRecord): Record<string, unknown> {
  const { settings, type } = record;
  return {
    id: record.id,
    name: record.name,
    type,
    content: record.content,
    ...(record.priority !== undefined && { priority: record.priority }),
    ...(record.data !== undefined && { data: record.data }),
    proxiable: isProxiable(type),
    proxied: record.proxied,
    ttl: record.ttl,
    ...(type === "CNAME" && { settings: { flatten_cname: false, ...settings } }),
    ...(type !== "CNAME" && Object.keys(settings).length > 0 && { settings }),
    meta: metaOf(record),
    comment: record.comment,
    tags: record.tags,
    created_on: record.createdOn,
    modified_on: record.modifiedOn,
    ...(record.commentModifiedOn !== undefined && { comment_modified_on: record.commentModifiedOn }),
    ...(record.tagsModifiedOn !== undefined && { tags_modified_on: record.tagsModifiedOn }),
  };
}

/**
 * As seen in answers of the service: Email Routing marks all its records, and its DKIM key as read-only too. What Email
 * Sending marks is not documented; here, as read-only.
 */
function metaOf({ owner, name }: DnsRecord): Record<string, boolean> {
  if (owner === undefined) return {};
  if (owner.product === "email_sending") return { read_only: true };
  return { email_routing: true, ...(name.includes("._domainkey.") && { read_only: true }) };
}
