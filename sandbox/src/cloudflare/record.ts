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
    meta: {},
    comment: record.comment,
    tags: record.tags,
    created_on: record.createdOn,
    modified_on: record.modifiedOn,
    ...(record.commentModifiedOn !== undefined && { comment_modified_on: record.commentModifiedOn }),
    ...(record.tagsModifiedOn !== undefined && { tags_modified_on: record.tagsModifiedOn }),
  };
}
