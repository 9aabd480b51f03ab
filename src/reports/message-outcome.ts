import type { AlignmentMode } from "./alignment.js";
import type { ResultSource } from "./receiver-results.js";

export interface CheckedIdentifier {
  /** As the receiver says, e.g. `pass`; `none` when it says nothing. */
  readonly result: string;
  /** Domain that was authenticated; absent where the receiver does not say. */
  readonly domain?: string;
  /** Passed, for a domain that is aligned with the From domain. */
  readonly aligned: boolean;
}

export interface MessageCheck {
  /** The receiver says that DMARC passed, or gives no DMARC result and at least one is aligned. */
  readonly ok: boolean;
  readonly from?: string;
  readonly source: ResultSource;
  readonly authservId?: string;
  /** Everyone whose results the message carries, topmost first. */
  readonly authservIds: readonly string[];
  /** Those of them whose results count: several where one receiver uses several names. */
  readonly countedIds: readonly string[];
  readonly spf: CheckedIdentifier;
  /** One for each signature that the receiver looked at. */
  readonly dkim: readonly CheckedIdentifier[];
  /** The receiver's own, on this From domain; `none` when it says nothing, and alignment alone decides. */
  readonly dmarc: string;
  /** `d=` of the DKIM-Signature fields in the message. */
  readonly signatures: readonly string[];
  readonly alignment: { readonly dkim: AlignmentMode; readonly spf: AlignmentMode };
  /** What to do, or to know. */
  readonly advice: readonly string[];
}
