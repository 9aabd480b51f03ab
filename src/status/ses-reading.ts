import type { SesState } from "../contract/verified.js";

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
      /** False when SES signs no mail of the domain (API: `DkimAttributes.SigningEnabled`). */
      readonly signingEnabled?: boolean;
      /** Absent when the identity has none. */
      readonly configurationSet?: string;
      /** Whether SES mails bounces and complaints (API: `FeedbackForwardingStatus`). */
      readonly feedbackForwarding?: boolean;
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
  /** The check itself failed. This says nothing about the domain. */
  | {
      readonly kind: "unknown";
      readonly reason: string;
      /** How to make the next check succeed. */
      readonly remedy?: string;
      /** SES throttles this account in the Region, whoever makes the calls. */
      readonly throttled?: true;
      readonly checkedAt: string;
    };

/** The reading of an identity that SES has. */
export type Found = Extract<Reading, { readonly kind: "found" }>;
