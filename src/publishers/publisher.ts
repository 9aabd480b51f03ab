import type { CustomResourceOptions, ProviderResource, Resource } from "@pulumi/pulumi/resource.js";
import type { Input } from "@pulumi/pulumi/output.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { MailRecord } from "../kinds/index.js";

/** Who publishes a domain's records. */
export interface Publisher {
  /** Its name in messages. */
  readonly title: string;
  /** What it does, for the documentation of the key `dns`, after the name; may be empty. */
  readonly description: string;
  /** How it publishes; absent: somebody publishes the records by hand, from a list. */
  readonly host?: DnsHost;
}

/** A DNS host where the program publishes records. */
export interface DnsHost {
  /** Whether a name server belongs to the host: only those serve the records that it publishes. */
  readonly isNameServer: (name: string) => boolean;
  /** What the ids of its zones look like; absent: a file names its zones. */
  readonly zoneId?: {
    readonly pattern: RegExp;
    /** Says so in an error. */
    readonly rule: string;
    readonly example: string;
  };
  /** The records that any zone can hold, and the plan that sets the limit; absent: no known limit. */
  readonly zoneLimit?: {
    readonly records: number;
    readonly plan: string;
    readonly larger: string;
  };
  /** How the stack's state describes its records. Needs no connection. */
  readonly recorded: RecordedForm;
  /**
   * Finds the zones of its domains, for one run of the program. Loads its dependencies only now: commands that publish
   * nothing don't need them.
   */
  readonly connect: (context: ConnectContext) => Promise<Connection>;
  readonly reader: HostReader;
}

/** Reads a host without Pulumi, to compare it with the stack's state. */
export interface HostReader {
  /** Type of the resources that publish records. */
  readonly resourceType: string;
  /** The calls that it allows, to whoever makes them for the account. */
  readonly limit: { readonly calls: number; readonly seconds: number };
  /**
   * The record of a resource in the stack's state; undefined if it describes none.
   * @param id of the resource
   */
  readonly recorded: (id: string, properties: Properties) => PublishedRecord | undefined;
  /** Loads its dependencies only now. */
  readonly open: (context: ReadContext) => Promise<ZoneReader>;
}

export interface ReadContext {
  /** An address in the stack's configuration, namespace `mailstack`; undefined if it has none. */
  readonly url: (key: string) => string | undefined;
  /** Called when the host's limits make it wait, with the seconds. */
  readonly onWait?: (seconds: number) => void;
}

/** A DNS host, read zone by zone. */
export interface ZoneReader {
  /**
   * All records of a zone.
   * @throws ZoneUnread; its message doesn't name the zone
   */
  readonly records: (zone: string) => Promise<readonly HostRecord[]>;
  /**
   * All zones that the credentials see.
   * @throws ZoneUnread
   */
  readonly zones: () => Promise<readonly ListedZone[]>;
}

/** A zone as its host lists it. */
export interface ListedZone extends HostZone {
  /** The host's word for its state if its records don't resolve, for example `pending`. */
  readonly unused?: string;
}

/** How Pulumi's state describes the records of a DNS host. */
export interface RecordedForm {
  /** Type of the resources that publish records. */
  readonly type: string;
  /** The record of a resource, from its inputs or outputs; undefined if they describe none. */
  readonly read: (properties: Properties) => RecordedRecord | undefined;
  /** What somebody has written on the record at the host, such as a comment, from its outputs. */
  readonly notes: (properties: Properties) => readonly string[];
  /** Outputs that the host sets anew with each change to the record, and with nothing else. */
  readonly stamps: readonly string[];
}

export interface ConnectContext {
  /** The domains whose records it publishes. */
  readonly domains: readonly SendingDomain[];
  /** An address in the stack's configuration, namespace `mailstack`. @throws InvalidSetting */
  readonly url: (key: string) => string | undefined;
}

/** A zone in which the host publishes. */
export interface HostZone {
  readonly id: string;
  /** Canonical: lower-case A-labels. */
  readonly name: string;
}

/** A DNS host in one run of the program. */
export interface Connection {
  /** Its name in messages. */
  readonly title: string;
  /** What stops it from publishing, for people: file, line and what to do. If there are any, nothing is registered. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly providers: readonly ProviderResource[];
  /** Type of the resources that publish records. */
  readonly resourceType: string;
  readonly zones: readonly HostZone[];
  /** Id of the domain's zone. */
  readonly zoneOf: (domain: SendingDomain) => string | undefined;
  /** Registers the resource of a record. */
  readonly publish: (
    zone: string,
    planned: MailRecord,
    live: { readonly name: Input<string>; readonly value: Input<string>; readonly priority?: number },
    options: CustomResourceOptions,
    owner: Ownership,
  ) => Resource;
  /** Registers a resource again exactly as the state has it, to be forgotten instead of deleted. */
  readonly retain: (name: string, recorded: Properties, options: CustomResourceOptions) => void;
  /**
   * The records that the host has at a name. A zone is listed once per run, and only when somebody asks.
   * @throws ZoneUnread
   */
  readonly recordsAt: (zone: string, name: string) => Promise<readonly HostRecord[]>;
  /** The record of a resource, from its inputs or outputs; undefined if they describe none. */
  readonly read: (properties: Properties) => RecordedRecord | undefined;
  /** What a failed operation on a record means, and what to do. */
  readonly explain: (failure: Failure) => Promise<Explanation>;
}

export type Properties = Readonly<Record<string, unknown>>;

/** How a record says which stack created it. */
export interface Ownership {
  /** `project/stack`. */
  readonly stack: string;
  /** What the state has of the record, if it is there already. */
  readonly recorded?: Properties;
}

/** A record described by a resource of the stack. */
export interface RecordedRecord {
  readonly zone: string;
  readonly type: string;
  readonly name: string;
  /** As a person types it: TXT unquoted in one piece, MX as `10 host`. */
  readonly value: string;
}

/** A record with all that its host publishes of it. */
export interface PublishedRecord extends RecordedRecord {
  /** For `pulumi import`; names the record at its host. */
  readonly importId: string;
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
  /** Whether queries get the record as written, and not something of the host's, such as a proxy. */
  readonly plain: boolean;
}

/** A record at its host. */
export interface HostRecord extends PublishedRecord {
  /** Type, content and id, as displayed by the host. */
  readonly shown: string;
  /** Whether resolvers look for all records of the name elsewhere (RFC 2181 §10.1). */
  readonly alias: boolean;
  /** The host's own product that manages the record and locks it: nobody else may take it over. */
  readonly owner?: string;
  /** `project/stack` that created it, if it says so. */
  readonly stack?: string;
  /** What it has that this project publishes no record with, for people: an update would change it. */
  readonly extras?: readonly string[];
}

export interface Failure {
  readonly operation: string;
  readonly error: string;
  readonly properties: Properties;
}

export interface Explanation {
  readonly text?: string;
  /** The shared cause of many failures; each cause is explained once. */
  readonly shared?: string;
  /** The conflicting records, if they are why it failed. */
  readonly inTheWay?: readonly HostRecord[];
}

/** A zone whose records can't be listed; the message is for people. */
export class ZoneUnread extends Error {
  override readonly name = "ZoneUnread";
  /** What to do, if the message doesn't say so. */
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly hint?: string } = {}) {
    super(message, options);
    this.hint = options.hint;
  }
}
