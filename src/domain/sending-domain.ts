import type { AllowedDiagnostic, Diagnostic, KeyPath } from "../file/diagnostic.js";
import type { Places } from "../file/places.js";
import type { SendingDomain } from "../kinds/index.js";

import type { PublisherName } from "../publishers/index.js";

export type { ActiveDomain, RegionalIdentity, SendingDomain } from "../kinds/index.js";

/**
 * What the rest of the program knows about a domain file once it has been read, merged with
 * `_defaults.yaml` and checked. Names are lower-case A-labels (Punycode) without a trailing dot.
 */

/** SES makes the keys and keeps them in its own DNS (Easy DKIM). */
export interface EasyDkim {
  readonly keyLength: 1024 | 2048;
  /** CNAME target suffix; absent = the Region's own (see `kinds/ses-hosts.ts`). */
  readonly hostedZone?: string;
}

/** SES signs with a key of the domain's owner (BYODKIM). */
export interface OwnDkim {
  /** One label, in lower case. */
  readonly selector: string;
  /** Name of the secret in the stack's configuration that holds the private key; the key itself is not in the model. */
  readonly privateKey: string;
}

/** A key of the domain's owner that SES no longer signs with. Its record stays for mail in transit. */
export interface RetiredDkimKey {
  /** One label, in lower case. */
  readonly selector: string;
  /** Last day on which the record is needed: YYYY-MM-DD, in UTC. */
  readonly until: string;
  /** Base64 of the SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

export type EventType =
  | "send"
  | "reject"
  | "bounce"
  | "complaint"
  | "delivery"
  | "open"
  | "click"
  | "renderingFailure"
  | "deliveryDelay"
  | "subscription";

/** Where SES publishes events; exactly one of the targets is given. */
export interface EventDestination {
  readonly name: string;
  readonly events: readonly EventType[];
  readonly enabled: boolean;
  /** ARN. */
  readonly snsTopic?: string;
  /** ARN of the default EventBridge bus. */
  readonly eventBus?: string;
  /** ARNs. */
  readonly firehose?: { readonly deliveryStream: string; readonly role: string };
  readonly cloudWatch?: readonly {
    readonly name: string;
    readonly source: "messageTag" | "emailHeader" | "linkTag";
    readonly default: string;
  }[];
}

/** A configuration set that the stack creates. */
export interface ConfigurationSetOptions {
  /** Sorted by name. */
  readonly eventDestinations: readonly EventDestination[];
  readonly tlsPolicy: "require" | "optional";
  readonly sendingEnabled: boolean;
  readonly reputationMetrics: boolean;
  /** Absent = the account's setting. */
  readonly suppressedReasons?: readonly ("bounce" | "complaint")[];
}

/** One SES identity of the domain, without what the kinds of record add. SES identities are per Region. */
export interface IdentityBase {
  readonly region: string;
  /** Path of the Region's own settings; absent = it has none and uses the domain's. */
  readonly path?: KeyPath;
  readonly configurationSet?: string;
  /** Present if the file describes the set, which the stack then creates; absent = the set already exists. */
  readonly configurationSetOptions?: ConfigurationSetOptions;
  readonly feedbackForwarding: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface AllowedRule {
  readonly rule: string;
  readonly reason: string;
}

/** A sending domain, without what the kinds of record add. */
export interface DomainBase {
  readonly domain: string;
  readonly file: string;
  readonly dns: PublisherName;
  /** Cloudflare zone by name or by id (32 lower-case hex digits); by default the registrable domain. */
  readonly zone: { readonly name: string } | { readonly id: string };
  /** Seconds; 1 = Cloudflare's "automatic". */
  readonly ttl: number;
  /** Tells an `ActiveDomain` from a `ParkedDomain`. */
  readonly parked: boolean;
  readonly protect: boolean;
  readonly allow: readonly AllowedRule[];
  /** Where its settings are: `locate` looks them up. */
  readonly places: Places;
}

export interface LoadOptions {
  /** Region for domains whose files and defaults name none (stack configuration `aws:region`). */
  readonly defaultRegion?: string;
  /** By folder, as files are named: for folders whose stack has a Region of its own. */
  readonly folderRegions?: ReadonlyMap<string, string>;
}

export interface LoadResult {
  /** Only domains without an error; sorted by name. */
  readonly domains: readonly SendingDomain[];
  /** Sorted by file, line, column. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the files allow under `allow`. */
  readonly allowed: readonly AllowedDiagnostic[];
  /** Number of files read, `_defaults.yaml` included. */
  readonly files: number;
}
