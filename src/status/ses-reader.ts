import type { GetAccountResponse, GetEmailIdentityResponse } from "@aws-sdk/client-sesv2";
import type { SesState } from "../contract/verified.js";
import type { Reading } from "./ses-reading.js";
import { SesApi } from "./ses-api.js";
import type { SesApiOptions } from "./ses-api.js";
import { explainSesError, isNotFound, isThrottled, remedyForSesError } from "./ses-errors.js";
import { rfc3339, timestamp } from "./timestamp.js";

export type SesReaderOptions = SesApiOptions;

export interface IdentityReader {
  /** Never rejects: a check that fails is a reading of kind `unknown`. */
  read(region: string, domain: string): Promise<Reading>;
}

/** An identity as ListEmailIdentities shows it, and when. */
export interface ListedIdentity {
  readonly state: SesState;
  /** RFC 3339. */
  readonly checkedAt: string;
}

/** All that ListEmailIdentities tells of a Region, or why it tells nothing. */
export type Listing =
  | { readonly kind: "listed"; readonly identities: ReadonlyMap<string, ListedIdentity> }
  | { readonly kind: "unknown"; readonly reason: string };

/** The configuration sets of a Region, or why they are unknown. */
export type SetListing =
  | { readonly kind: "listed"; readonly names: ReadonlySet<string> }
  | { readonly kind: "unknown"; readonly reason: string };

/** A configuration set in the API's form, or why it is unknown. */
export type SetReading =
  | {
      readonly kind: "found";
      readonly set: Readonly<Record<string, unknown>>;
      readonly destinations: readonly Readonly<Record<string, unknown>>[];
    }
  | { readonly kind: "unknown"; readonly reason: string };

/** Messages that the account may send in one Region, and has sent (API type SendQuota). */
export interface SendQuota {
  /** -1 means no limit. */
  readonly max24HourSend: number;
  /** A second. */
  readonly maxSendRate: number;
  readonly sentLast24Hours: number;
}

/** The account in one Region (API operation GetAccount). */
export type AccountReading =
  | {
      readonly kind: "found";
      /** False while the account is in SES's sandbox and can send only to verified addresses. */
      readonly productionAccess: boolean;
      /** False while SES or the account's owner has paused sending. */
      readonly sendingEnabled: boolean;
      readonly quota?: SendQuota;
    }
  | { readonly kind: "unknown"; readonly reason: string };

/** The largest page that ListEmailIdentities returns (API reference). */
const PAGE_SIZE = 1000;

/** Reads SES, at the pace that it allows. Which look-up tells what: only GetEmailIdentity knows MAIL FROM's state. */
export class SesReader implements IdentityReader {
  readonly #api: SesApi;

  constructor(options: SesReaderOptions = {}) {
    this.#api = new SesApi(options);
  }

  async read(region: string, domain: string): Promise<Reading> {
    try {
      const { GetEmailIdentityCommand } = await import("@aws-sdk/client-sesv2");
      const answer = await this.#api.call(region, (ses) =>
        ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain })),
      );
      return toReading(answer, timestamp());
    } catch (error) {
      const checkedAt = timestamp();
      if (isNotFound(error)) return { kind: "absent", checkedAt };
      const reason = explainSesError(error, "GetEmailIdentity", region);
      const remedy = remedyForSesError(error, "GetEmailIdentity");
      return {
        kind: "unknown",
        reason,
        ...(remedy !== undefined && { remedy }),
        ...(isThrottled(error) && { throttled: true }),
        checkedAt,
      };
    }
  }

  /** Every identity of the Region: one call for each 1,000. Never rejects. */
  async list(region: string): Promise<Listing> {
    try {
      const { ListEmailIdentitiesCommand } = await import("@aws-sdk/client-sesv2");
      const identities = new Map<string, ListedIdentity>();
      let token: string | undefined;
      do {
        const page = await this.#api.call(region, (ses) =>
          ses.send(new ListEmailIdentitiesCommand({ PageSize: PAGE_SIZE, NextToken: token })),
        );
        const checkedAt = timestamp();
        for (const { IdentityName: name, VerificationStatus: state } of page.EmailIdentities ?? []) {
          if (name !== undefined)
            identities.set(name.toLowerCase(), { state: state ?? "UNKNOWN", checkedAt });
        }
        token = page.NextToken;
      } while (token !== undefined);
      return { kind: "listed", identities };
    } catch (error) {
      return { kind: "unknown", reason: explainSesError(error, "ListEmailIdentities", region) };
    }
  }

  /** The names of the configuration sets of the Region: one call for each 1,000. Never rejects. */
  async sets(region: string): Promise<SetListing> {
    try {
      const { ListConfigurationSetsCommand } = await import("@aws-sdk/client-sesv2");
      const names = new Set<string>();
      let token: string | undefined;
      do {
        const page = await this.#api.call(region, (ses) =>
          ses.send(new ListConfigurationSetsCommand({ PageSize: PAGE_SIZE, NextToken: token })),
        );
        for (const name of page.ConfigurationSets ?? []) names.add(name);
        token = page.NextToken;
      } while (token !== undefined);
      return { kind: "listed", names };
    } catch (error) {
      return { kind: "unknown", reason: explainSesError(error, "ListConfigurationSets", region) };
    }
  }

  /** A configuration set and its event destinations: two calls. Never rejects. */
  async set(region: string, name: string): Promise<SetReading> {
    try {
      const { GetConfigurationSetCommand, GetConfigurationSetEventDestinationsCommand } =
        await import("@aws-sdk/client-sesv2");
      const input = { ConfigurationSetName: name };
      const { $metadata: _, ...set } = await this.#api.call(region, (ses) =>
        ses.send(new GetConfigurationSetCommand(input)),
      );
      const { EventDestinations = [] } = await this.#api.call(region, (ses) =>
        ses.send(new GetConfigurationSetEventDestinationsCommand(input)),
      );
      const destinations = EventDestinations.map((one): Readonly<Record<string, unknown>> => ({ ...one }));
      return { kind: "found", set, destinations };
    } catch (error) {
      return { kind: "unknown", reason: explainSesError(error, "GetConfigurationSet", region) };
    }
  }

  /** Never rejects. */
  async account(region: string): Promise<AccountReading> {
    try {
      const { GetAccountCommand } = await import("@aws-sdk/client-sesv2");
      const answer = await this.#api.call(region, (ses) => ses.send(new GetAccountCommand({})));
      const quota = toQuota(answer.SendQuota);
      return {
        kind: "found",
        productionAccess: answer.ProductionAccessEnabled ?? false,
        sendingEnabled: answer.SendingEnabled ?? false,
        ...(quota !== undefined && { quota }),
      };
    } catch (error) {
      return { kind: "unknown", reason: explainSesError(error, "GetAccount", region) };
    }
  }

  /** The API under it, for calls that change something, at the same pace. */
  get api(): SesApi {
    return this.#api;
  }

  close(): void {
    this.#api.close();
  }
}

function toReading(answer: GetEmailIdentityResponse, checkedAt: string): Reading {
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom, VerificationInfo: info } = answer;
  return {
    kind: "found",
    identity: answer.VerificationStatus ?? "UNKNOWN",
    dkim: dkim?.Status ?? "UNKNOWN",
    mailFrom: mailFrom?.MailFromDomainStatus ?? "NOT_STARTED",
    ...(mailFrom?.MailFromDomain !== undefined && { mailFromDomain: mailFrom.MailFromDomain }),
    ...(mailFrom?.BehaviorOnMxFailure !== undefined && { onMxFailure: mailFrom.BehaviorOnMxFailure }),
    ...(dkim?.SigningHostedZone !== undefined && { signingHostedZone: dkim.SigningHostedZone }),
    ...(dkim?.SigningAttributesOrigin !== undefined && { signingOrigin: dkim.SigningAttributesOrigin }),
    ...(dkim?.NextSigningKeyLength !== undefined && { nextKeyLength: dkim.NextSigningKeyLength }),
    ...(dkim?.Tokens !== undefined && { tokens: dkim.Tokens }),
    ...(dkim?.SigningEnabled !== undefined && { signingEnabled: dkim.SigningEnabled }),
    ...(answer.ConfigurationSetName !== undefined && { configurationSet: answer.ConfigurationSetName }),
    ...(answer.FeedbackForwardingStatus !== undefined && {
      feedbackForwarding: answer.FeedbackForwardingStatus,
    }),
    ...(answer.Tags !== undefined && answer.Tags.length > 0 && { tags: tagMap(answer.Tags) }),
    ...(info?.ErrorType !== undefined && { errorType: info.ErrorType }),
    ...(info?.LastSuccessTimestamp !== undefined && { lastSuccessAt: rfc3339(info.LastSuccessTimestamp) }),
    checkedAt,
  };
}

/** Tags as the API lists them (API type `Tag`), by key. */
export function tagMap(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

function toQuota(quota: GetAccountResponse["SendQuota"]): SendQuota | undefined {
  const { Max24HourSend, MaxSendRate, SentLast24Hours } = quota ?? {};
  if (Max24HourSend === undefined || MaxSendRate === undefined || SentLast24Hours === undefined)
    return undefined;
  return { max24HourSend: Max24HourSend, maxSendRate: MaxSendRate, sentLast24Hours: SentLast24Hours };
}
