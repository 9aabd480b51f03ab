import { remember } from "../file/remember.js";
import type { SESv2Client } from "@aws-sdk/client-sesv2";
import { Pace } from "./pace.js";
import type { PaceProgress } from "./pace.js";
import { retry } from "./retry.js";
import { isAboutCredentials, isPassing } from "./ses-errors.js";

export interface SesApiOptions {
  /** Endpoint of the SES API v2; by default the Region's own. */
  readonly endpoint?: string;
  /** Profile of the shared AWS configuration files; by default the SDK's credential chain decides. */
  readonly profile?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Milliseconds between the starts of two calls in a Region; default {@link INTERVAL_MS}. */
  readonly intervalMs?: number;
  /** How often a call is made at most while SES throttles or fails; default 6. */
  readonly attempts?: number;
  /** Milliseconds before the first repetition, doubled for each further one up to 20 s; default 1,000. */
  readonly backoffMs?: number;
  /** Milliseconds that one call may take; default 10,000: a control-plane call takes less than one. */
  readonly timeoutMs?: number;
  /** Called whenever a call has ended, or is made again. */
  readonly onProgress?: (progress: SesProgress) => void;
}

export interface SesProgress extends PaceProgress {
  readonly region: string;
}

interface Lane {
  readonly client: Promise<SESv2Client>;
  readonly pace: Pace;
}

/**
 * SES takes one control-plane call a second (SES quotas). Not all calls are equally long on their way, so at exactly one
 * a second some would come too early, and each of those costs a wait of half a second and more.
 */
const INTERVAL_MS = 1050;

const MAX_BACKOFF_MS = 20_000;

/** The SES API v2 of every Region, each at the pace that SES allows an account there. */
export class SesApi {
  readonly #options: SesApiOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: SesApiOptions = {}) {
    this.#options = options;
  }

  /**
   * Makes one call when its turn has come, and again, ever later, while SES throttles it or fails. Where that does not
   * help, or AWS takes the credentials for no call, those that wait already would fare no better: they fail as well.
   * @throws what the AWS SDK throws, if the failure is not a passing one, or the attempts are used up
   */
  call<T>(region: string, send: (client: SESv2Client) => Promise<T>): Promise<T> {
    const { client, pace } = this.#lane(region);
    const { attempts = 6, backoffMs = 1000 } = this.#options;
    return pace.run(async () => {
      try {
        const ses = await client;
        return await retry(() => send(ses), {
          attempts,
          baseMs: backoffMs,
          maxMs: MAX_BACKOFF_MS,
          isRetryable: isPassing,
          onRetry: () => pace.again(),
        });
      } catch (error) {
        if (isPassing(error) || isAboutCredentials(error)) pace.abandon(error);
        throw error;
      }
    });
  }

  close(): void {
    for (const { client } of this.#lanes.values()) {
      client.then(
        (ses) => ses.destroy(),
        () => undefined,
      );
    }
  }

  #lane(region: string): Lane {
    return remember(this.#lanes, region, () => {
      const { onProgress, intervalMs = INTERVAL_MS } = this.#options;
      const report = onProgress && ((progress: PaceProgress) => onProgress({ ...progress, region }));
      return { client: this.#connect(region), pace: new Pace(intervalMs, report) };
    });
  }

  async #connect(region: string): Promise<SESv2Client> {
    const { endpoint, profile, credentials, timeoutMs = 10_000 } = this.#options;
    const { SESv2Client: Client } = await import("@aws-sdk/client-sesv2");
    return new Client({
      region,
      // Repeated here, where the pace is known; the SDK's own repetitions would run past it.
      maxAttempts: 1,
      // By default the SDK waits forever.
      requestHandler: {
        connectionTimeout: timeoutMs,
        requestTimeout: timeoutMs,
        throwOnRequestTimeout: true,
      },
      ...(endpoint !== undefined && { endpoint }),
      ...(profile !== undefined && { profile }),
      ...(credentials !== undefined && { credentials }),
    });
  }
}
