/** SES's states of a verification (API: `VerificationStatus`, `DkimStatus`, `MailFromDomainStatus`). */
export type SesState = "PENDING" | "SUCCESS" | "FAILED" | "TEMPORARY_FAILURE" | "NOT_STARTED" | "UNKNOWN";

/** What SES said of one identity in one Region. */
export type Reading =
  | {
      readonly kind: "found";
      readonly identity: SesState;
      readonly dkim: SesState;
      readonly mailFrom: SesState;
      /** Absent when the identity has no custom MAIL FROM domain, or it could not be read. */
      readonly mailFromDomain?: string;
      /** Zone that SES serves the Easy DKIM keys from; absent when it could not be read. */
      readonly signingHostedZone?: string;
      /** What SES does while the MX is not there (API: `BehaviorOnMxFailure`). */
      readonly onMxFailure?: "USE_DEFAULT_VALUE" | "REJECT_MESSAGE";
      /** Who made the DKIM keys (API: `SigningAttributesOrigin`): `AWS_SES` is Easy DKIM, `EXTERNAL` is BYODKIM. */
      readonly signingOrigin?: string;
      /** Key length asked for (API: `NextSigningKeyLength`). */
      readonly nextKeyLength?: "RSA_1024_BIT" | "RSA_2048_BIT";
      readonly tokens?: readonly string[];
      /** Absent when there are none. */
      readonly tags?: Readonly<Record<string, string>>;
      /** Why the last verification failed (API: `VerificationInfo.ErrorType`). */
      readonly errorType?: string;
      /** RFC 3339; when SES last found the DKIM records (API: `VerificationInfo.LastSuccessTimestamp`). */
      readonly lastSuccessAt?: string;
      /** RFC 3339; when MAIL FROM was looked at, if that was earlier than `checkedAt`. */
      readonly mailFromCheckedAt?: string;
      /** RFC 3339; when this was read. */
      readonly checkedAt: string;
    }
  | { readonly kind: "absent"; readonly checkedAt: string }
  /** The check itself failed: says nothing about the domain. */
  | {
      readonly kind: "unknown";
      readonly reason: string;
      /** What lets the next check succeed. */
      readonly remedy?: string;
      /** SES has had enough calls of this account in the Region, whoever makes them. */
      readonly throttled?: true;
      readonly checkedAt: string;
    };

/** What the stack published or asked for, to hold the reading against. */
export interface Expected {
  readonly mailFromDomain: string;
  readonly dkim: ExpectedDkim;
}

/** Easy DKIM, whose keys SES serves from a zone of its own, or a key of the domain's owner under a selector. */
export type ExpectedDkim = { readonly hostedZone: string } | { readonly selector: string };

/** `Parked`: the domain sends no mail and has no identity. */
export type DomainStatus = "Pending" | "Verified" | "Failed" | "Parked";

/** `NONE`: there is no identity to verify. */
export type VerificationState = SesState | "NONE";

export interface Verdict {
  readonly status: DomainStatus;
  readonly verification: {
    readonly identity: VerificationState;
    readonly dkim: VerificationState;
    readonly mailFrom: VerificationState;
    /** RFC 3339. */
    readonly checkedAt: string;
    /** RFC 3339; when MAIL FROM was looked at, if that was earlier than `checkedAt`. */
    readonly mailFromCheckedAt?: string;
    /**
     * Present when the domain was Verified before and is no longer; it stays until it is Verified again. Where the
     * check could not be made, it is what was known before.
     */
    readonly decayed?: true;
    /**
     * RFC 3339; when a domain that is not Verified was last known to be. Absent when it never was, or when that is not
     * known: SES does not tell when it last saw a MAIL FROM domain in order.
     */
    readonly lastVerifiedAt?: string;
    readonly reason: string;
  };
}

/** What was known of an identity before, e.g. from the stack outputs of the last update. */
export interface PreviousVerification {
  readonly status: DomainStatus;
  readonly verification: Omit<Verdict["verification"], "reason">;
}
