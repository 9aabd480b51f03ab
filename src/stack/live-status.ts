import * as log from "@pulumi/pulumi/log/index.js";
import { output } from "@pulumi/pulumi/output.js";
import type { Output } from "@pulumi/pulumi/output.js";
import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getEmailIdentity } from "@pulumi/aws/sesv2/getEmailIdentity.js";
import { getEmailIdentityMailFromAttributes } from "@pulumi/aws/sesv2/getEmailIdentityMailFromAttributes.js";
import { identityHostedZone } from "../kinds/dkim.js";
import type { PreviousVerification, Verdict } from "../contract/stack-outputs.js";
import type { SesState } from "../contract/verified.js";
import type { Reading } from "../status/ses-reading.js";
import { FleetReader, identityKey } from "../status/fleet-reader.js";
import type { SesApi } from "../status/ses-api.js";
import { SesReader } from "../status/ses-reader.js";
import type { IdentityReader, Listing } from "../status/ses-reader.js";
import { timestamp } from "../status/timestamp.js";
import { judgeForPreview } from "../status/as-before.js";
import { judge, worstOf } from "../status/verdict.js";
import type { LiveIdentity } from "./domain-component.js";
import { sesProgress } from "./progress.js";
import type { Settings } from "./stack-settings.js";
import type { SendingDomain } from "../domain/sending-domain.js";

/** Up to this many identities are read one by one: at one call per second, half a minute. */
const SMALL_FLEET = 30;

/**
 * Reads what SES says now. The resources' state is only as recent as their last change.
 * @returns one verdict per identity, in the same order
 * @param previous what the last update knew, by {@link identityKey}
 * @param dryRun a preview doesn't wait for resources: a new domain's status is then known instead of blank
 */
export function liveVerdicts(
  domain: string,
  identities: readonly LiveIdentity[],
  reader: IdentityReader,
  previous: ReadonlyMap<string, PreviousVerification>,
  dryRun: boolean,
): Output<Verdict>[] {
  const read = async (identity: LiveIdentity): Promise<Verdict> => {
    const { settings } = identity;
    const expected = {
      mailFromDomain: settings.mailFrom.domain,
      dkim:
        "selector" in settings.dkim
          ? { selector: settings.dkim.selector }
          : { hostedZone: identityHostedZone(settings) },
    };
    const before = previous.get(identityKey(settings.region, domain));
    const reading = await reader.read(settings.region, domain);
    return (dryRun ? judgeForPreview : judge)(reading, expected, before);
  };
  return identities.map((identity) =>
    dryRun ? output(read(identity)) : identity.ready.apply(() => read(identity)),
  );
}

/**
 * The verdict on a domain as a whole.
 * @param before in a preview, what the last update told: a parked domain has nothing new
 */
export function verdictOf(
  verdicts: readonly Output<Verdict>[],
  before: Partial<Verdict> | undefined,
): Output<Verdict> {
  if (verdicts.length === 0 && before?.status === "Parked" && before.verification !== undefined) {
    return output({ status: before.status, verification: before.verification });
  }
  return output(verdicts).apply(worstOf);
}

export interface SesAccess {
  readonly reader: IdentityReader;
  /** Lists the identities of a Region; absent if only the AWS provider can reach SES. */
  readonly list?: (region: string) => Promise<Listing>;
  /** For other calls; absent as above. */
  readonly api: SesApi | undefined;
}

/**
 * Uses the AWS SDK if it reaches the same SES as the providers. With an attached AWS provider
 * (`PULUMI_DEBUG_PROVIDERS`) only the provider knows the SES address, so it is asked instead.
 *
 * In a large fleet, identities that were settled before and are listed as verified are not read one by one.
 */
export function createReader(
  fleet: readonly SendingDomain[],
  previous: ReadonlyMap<string, PreviousVerification>,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  options: InvokeOptions,
): SesAccess {
  const { sesEndpoint, awsProfile, awsCredentials } = settings;
  const elsewhere = sesEndpoint ?? env["AWS_ENDPOINT_URL_SESV2"] ?? env["AWS_ENDPOINT_URL"];
  const attached = /(^|,)aws:/.test(env["PULUMI_DEBUG_PROVIDERS"] ?? "");
  const provider = new ProviderReader(options);
  if (attached && elsewhere === undefined) return { reader: provider, api: undefined };
  const sdk = new SesReader({
    ...(sesEndpoint !== undefined && { endpoint: sesEndpoint }),
    ...(awsProfile !== undefined && { profile: awsProfile }),
    ...(awsCredentials !== undefined && { credentials: awsCredentials }),
    // Only Amazon's own endpoint is known to have the limit. Others throttle if they have one.
    ...(elsewhere !== undefined && { intervalMs: 0, backoffMs: 100 }),
    // Ephemeral: the next line replaces it.
    onProgress: sesProgress((text) => void log.info(text, undefined, undefined, true)),
  });
  const reader = new FallbackReader(sdk, provider);
  const size = fleet.reduce((sum, { identities }) => sum + identities.length, 0);
  const access = { list: (region: string) => sdk.list(region), api: sdk.api };
  if (size <= SMALL_FLEET) return { reader, ...access };
  const large = new FleetReader(
    { read: (region, domain) => reader.read(region, domain), list: (region) => sdk.list(region) },
    { previous },
  );
  return { reader: large, ...access };
}

/**
 * Asks the second reader if the first could not check, e.g. when only the provider's configuration has credentials.
 * Not when SES throttles: SES would throttle the second reader too, which keeps retrying for minutes.
 */
class FallbackReader implements IdentityReader {
  readonly #first: IdentityReader;
  readonly #second: IdentityReader;

  constructor(first: IdentityReader, second: IdentityReader) {
    this.#first = first;
    this.#second = second;
  }

  async read(region: string, domain: string): Promise<Reading> {
    const reading = await this.#first.read(region, domain);
    if (reading.kind !== "unknown" || reading.throttled) return reading;
    const other = await this.#second.read(region, domain);
    return other.kind === "unknown" ? reading : other;
  }
}

/** Reads through the AWS provider's functions. Amazon's provider returns everything but the state of MAIL FROM. */
class ProviderReader implements IdentityReader {
  readonly #options: InvokeOptions;

  constructor(options: InvokeOptions) {
    this.#options = options;
  }

  async read(region: string, domain: string): Promise<Reading> {
    const checkedAt = timestamp();
    try {
      const args = { emailIdentity: domain, region };
      const [identity, mailFrom] = await Promise.all([
        getEmailIdentity(args, this.#options),
        getEmailIdentityMailFromAttributes(args, this.#options),
      ]);
      // Not in the provider's types, but some providers return it.
      const { mailFromDomainStatus } = mailFrom as { mailFromDomainStatus?: SesState };
      const tokens = identity.dkimSigningAttributes[0]?.tokens;
      return {
        kind: "found",
        identity: identity.verificationStatus as SesState,
        dkim: (identity.dkimSigningAttributes[0]?.status as SesState | undefined) ?? "UNKNOWN",
        mailFrom: mailFromDomainStatus ?? "UNKNOWN",
        ...(mailFrom.mailFromDomain !== "" && { mailFromDomain: mailFrom.mailFromDomain }),
        ...(tokens !== undefined && { tokens }),
        tags: identity.tags,
        checkedAt,
      };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (/couldn't find resource|NotFoundException/.test(message)) return { kind: "absent", checkedAt };
      return { kind: "unknown", reason: message.split("\n", 1)[0] ?? "", checkedAt };
    }
  }
}
