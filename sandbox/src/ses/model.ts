/** The emulator's state. Times are milliseconds since the epoch: deadlines survive a restart. */

export type DkimStatus = "PENDING" | "SUCCESS" | "FAILED" | "TEMPORARY_FAILURE" | "NOT_STARTED";
export type MailFromStatus = Exclude<DkimStatus, "NOT_STARTED">;
export type KeyLength = "RSA_1024_BIT" | "RSA_2048_BIT";
export type BehaviorOnMxFailure = "USE_DEFAULT_VALUE" | "REJECT_MESSAGE";

export type VerificationErrorType =
  | "DNS_SERVER_ERROR"
  | "HOST_NOT_FOUND"
  | "INVALID_VALUE"
  | "TYPE_NOT_FOUND"
  | "SERVICE_ERROR"
  | "REPLICATION_ACCESS_DENIED"
  | "REPLICATION_PRIMARY_NOT_FOUND"
  | "REPLICATION_PRIMARY_INVALID_REGION"
  | "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"
  | "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A search for DNS records: its status, when it may begin, when the service gives up. */
export interface Search<Status> {
  readonly status: Status;
  /** Changes with each restart, to tell an answer to an earlier search from one to this search. */
  readonly attempt: string;
  readonly notBefore: number;
  /** Of the states that end by themselves, `PENDING` and `TEMPORARY_FAILURE`. */
  readonly deadline?: number;
}

export interface StoredDkim extends Search<DkimStatus> {
  readonly signingEnabled: boolean;
  /** `AWS_SES`, `EXTERNAL` or `AWS_SES_<REGION>`. */
  readonly origin: string;
  /** Three tokens (Easy DKIM), one selector (BYODKIM), none (a replica, which shows its parent's; an address). */
  readonly tokens: readonly string[];
  /** BYODKIM: the base64 SubjectPublicKeyInfo that the selector's TXT record must publish. */
  readonly publicKey?: string;
  readonly currentKeyLength?: KeyLength;
  readonly nextKeyLength?: KeyLength;
  readonly lastKeyGeneration?: number;
  /** When the key length last changed; it may change once in 24 hours. */
  readonly keyLengthChanged?: number;
}

export interface StoredMailFrom extends Search<MailFromStatus> {
  readonly domain: string;
}

export interface Soa {
  readonly PrimaryNameServer: string;
  readonly AdminEmail: string;
  readonly SerialNumber: number;
}

export interface StoredIdentity {
  readonly region: string;
  readonly name: string;
  readonly type: "DOMAIN" | "EMAIL_ADDRESS";
  readonly verificationStatus: DkimStatus;
  readonly dkim: StoredDkim;
  readonly mailFrom?: StoredMailFrom;
  readonly behaviorOnMxFailure: BehaviorOnMxFailure;
  readonly feedbackForwarding: boolean;
  readonly configurationSetName?: string;
  readonly tags: readonly Tag[];
  readonly verification: {
    readonly lastChecked?: number;
    readonly lastSuccess?: number;
    readonly errorType?: VerificationErrorType;
    readonly soa?: Soa;
  };
}

export type EventDestination = Readonly<Record<string, unknown>> & { readonly Name: string };

export interface StoredConfigurationSet {
  readonly region: string;
  readonly name: string;
  readonly tags: readonly Tag[];
  /** By member name of GetConfigurationSet, e.g. `DeliveryOptions`. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly eventDestinations: readonly EventDestination[];
}
