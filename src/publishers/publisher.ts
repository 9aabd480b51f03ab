import type { CustomResourceOptions, ProviderResource, Resource } from "@pulumi/pulumi/resource.js";
import type { Input } from "@pulumi/pulumi/output.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { MailRecord } from "../kinds/index.js";

/** Where a domain's DNS is: who publishes its records. */
export interface Publisher {
  /** As messages name it. */
  readonly title: string;
  /** What it means, as the documentation of the key `dns` says it behind the name; may be empty. */
  readonly description: string;
  /** How it publishes; absent: somebody does it by hand, from a list. */
  readonly host?: DnsHost;
}

/** A DNS host that the program publishes records with. */
export interface DnsHost {
  /** Whether a name server is one of the host's: records that it publishes are seen only there. */
  readonly isNameServer: (name: string) => boolean;
  /** Records that every zone takes, and the plan that sets the limit; absent: no limit is known. */
  readonly zoneLimit?: {
    readonly records: number;
    readonly plan: string;
    readonly larger: string;
  };
  /**
   * Finds the zones of its domains, for one run of the program. Loads what it needs for that only now: commands that
   * publish nothing have no use for it.
   */
  readonly connect: (context: ConnectContext) => Promise<Connection>;
}

export interface ConnectContext {
  /** The domains that it publishes for. */
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
  /** As messages name it. */
  readonly title: string;
  /** What keeps it from publishing, for people: file, line and what to do. Nothing is registered where there is any. */
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
  ) => Resource;
  /** Registers a resource again just as the state has it, to be forgotten and not deleted. */
  readonly retain: (name: string, recorded: Properties, options: CustomResourceOptions) => void;
  /**
   * The records at a name as the host has them now. A zone is listed once a run, and only if somebody asks.
   * @throws ZoneUnread
   */
  readonly recordsAt: (zone: string, name: string) => Promise<readonly HostRecord[]>;
  /** The record that a resource is for, out of its inputs or outputs; undefined where they tell of none. */
  readonly read: (properties: Properties) => RecordedRecord | undefined;
  /** What a failed operation on a record means, and what to do. */
  readonly explain: (failure: Failure) => Promise<Explanation>;
}

export type Properties = Readonly<Record<string, unknown>>;

/** A record as a resource of the stack describes it. */
export interface RecordedRecord {
  readonly zone: string;
  readonly type: string;
  readonly name: string;
  /** As a person types it: TXT unquoted in one piece, MX as `10 host`. */
  readonly value: string;
}

/** A record as its host has it. */
export interface HostRecord extends RecordedRecord {
  /** For `pulumi import`. */
  readonly importId: string;
  /** Type, content and id, as the host shows them. */
  readonly shown: string;
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
  /** Whether it answers as it is written, and not with something of the host's own, such as a proxy. */
  readonly plain: boolean;
  /** Whether resolvers look for every record of the name somewhere else (RFC 2181 §10.1). */
  readonly alias: boolean;
}

export interface Failure {
  readonly operation: string;
  readonly error: string;
  readonly properties: Properties;
}

export interface Explanation {
  readonly text?: string;
  /** What many resources have in common that fail for this one reason; it is told once for all of them. */
  readonly shared?: string;
  /** What is in the way, where that is why it failed. */
  readonly inTheWay?: readonly HostRecord[];
}

/** A zone whose records can't be listed; the message is for people. */
export class ZoneUnread extends Error {
  override readonly name = "ZoneUnread";
}
