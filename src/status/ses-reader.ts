import type { GetEmailIdentityResponse, SESv2Client } from "@aws-sdk/client-sesv2";
import { Pace } from "./pace.js";
import type { Reading, SesState } from "./reading.js";
import { timestamp } from "./timestamp.js";

export interface SesReaderOptions {
  /** Endpoint of the SES API v2; by default the Region's own. */
  readonly endpoint?: string;
  /** Profile of the shared AWS configuration files; by default the SDK's credential chain decides. */
  readonly profile?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Milliseconds between the starts of two calls in a Region; default 1,000, SES's limit. */
  readonly intervalMs?: number;
}

export interface IdentityReader {
  read(region: string, domain: string): Promise<Reading>;
}

/** Reads identities with GetEmailIdentity, which alone tells MAIL FROM's state, at the pace that SES allows. */
export class SesReader implements IdentityReader {
  readonly #options: SesReaderOptions;
  readonly #regions = new Map<string, { client: Promise<SESv2Client>; pace: Pace }>();

  constructor(options: SesReaderOptions = {}) {
    this.#options = options;
  }

  async read(region: string, domain: string): Promise<Reading> {
    const checkedAt = timestamp();
    try {
      const { client, pace } = this.#region(region);
      const { GetEmailIdentityCommand } = await import("@aws-sdk/client-sesv2");
      const ses = await client;
      return toReading(
        await pace.run(() => ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain }))),
        checkedAt,
      );
    } catch (error) {
      if (error instanceof Error && error.name === "NotFoundException") return { kind: "absent", checkedAt };
      return { kind: "unknown", reason: explain(error, region), checkedAt };
    }
  }

  close(): void {
    for (const { client } of this.#regions.values()) void client.then((ses) => ses.destroy());
  }

  #region(region: string): { client: Promise<SESv2Client>; pace: Pace } {
    let entry = this.#regions.get(region);
    if (entry === undefined) {
      entry = { client: this.#connect(region), pace: new Pace(this.#options.intervalMs ?? 1000) };
      this.#regions.set(region, entry);
    }
    return entry;
  }

  async #connect(region: string): Promise<SESv2Client> {
    const { endpoint, profile, credentials } = this.#options;
    const { SESv2Client: Client } = await import("@aws-sdk/client-sesv2");
    return new Client({
      region,
      // Throttling is ordinary here: the deployment beside us uses up the same one call a second.
      maxAttempts: 8,
      retryMode: "adaptive",
      ...(endpoint !== undefined && { endpoint }),
      ...(profile !== undefined && { profile }),
      ...(credentials !== undefined && { credentials }),
    });
  }
}

function toReading(answer: GetEmailIdentityResponse, checkedAt: string): Reading {
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom, VerificationInfo: info } = answer;
  return {
    kind: "found",
    identity: (answer.VerificationStatus as SesState | undefined) ?? "UNKNOWN",
    dkim: (dkim?.Status as SesState | undefined) ?? "UNKNOWN",
    mailFrom: (mailFrom?.MailFromDomainStatus as SesState | undefined) ?? "NOT_STARTED",
    ...(mailFrom?.MailFromDomain !== undefined && { mailFromDomain: mailFrom.MailFromDomain }),
    ...(dkim?.SigningHostedZone !== undefined && { signingHostedZone: dkim.SigningHostedZone }),
    ...(info?.ErrorType !== undefined && { errorType: info.ErrorType }),
    checkedAt,
  };
}

/** Why a check could not be made, without request ids and stack traces. */
function explain(error: unknown, region: string): string {
  if (!(error instanceof Error)) return String(error);
  switch (error.name) {
    case "CredentialsProviderError":
      return "no AWS credentials in the environment";
    case "AccessDeniedException":
      return `these credentials may not call ses:GetEmailIdentity in ${region}`;
    case "UnrecognizedClientException":
    case "InvalidClientTokenId":
    case "ExpiredTokenException":
    case "ExpiredToken":
      return `AWS does not accept the credentials (${error.name})`;
    case "TooManyRequestsException":
    case "ThrottlingException":
      return `SES throttled the check in ${region}; it allows one call a second`;
    default:
      return `${error.name}: ${firstLine(error.message) || "no message"}`;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
