import { retry } from "../status/retry.js";
import { CLOUD_EVENT_TYPE, cloudEvent } from "./cloud-event.js";
import { RequestError, request, retryAfterMs } from "./http.js";
import type { Notice } from "./notice.js";
import type { Outcome, Sink } from "./sink.js";
import { signatureHeaders } from "./webhook-signature.js";

export interface WebhookOptions {
  readonly url: string;
  readonly keys: readonly Buffer[];
  /** Id of the journal. */
  readonly journal: string;
  readonly clock: () => Date;
  /** Milliseconds before the first repetition; default 1,000. */
  readonly baseMs?: number;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs?: number;
}

const ATTEMPTS = 4;
/** Longest wait in milliseconds; a receiver that wants more is told at the next run. */
const MAX_WAIT_MS = 30_000;

/** Sends each notice as a signed event. */
export function webhookSink(options: WebhookOptions): Sink {
  return {
    name: "webhook",
    async tell(notices): Promise<Outcome> {
      const told: Notice[] = [];
      for (const notice of notices) {
        try {
          await deliver(notice, options);
        } catch (error) {
          // A receiver that doesn't take one takes none: the rest would only wait for the same failure.
          return { told, problem: (error as Error).message };
        }
        told.push(notice);
      }
      return { told };
    },
  };
}

async function deliver(notice: Notice, options: WebhookOptions): Promise<void> {
  const { journal, baseMs = 1000 } = options;
  const body = JSON.stringify(cloudEvent(notice, journal));
  await retry(() => send(notice.id, body, options), {
    attempts: ATTEMPTS,
    baseMs,
    maxMs: MAX_WAIT_MS,
    isRetryable: (error) => error instanceof RequestError && isPassing(error),
    atLeastMs: (error) => (error as RequestError).waitMs,
  });
}

/** @throws RequestError unless the receiver answers with 2xx */
async function send(
  id: string,
  body: string,
  { url, keys, clock, timeoutMs }: WebhookOptions,
): Promise<void> {
  const headers = { "content-type": CLOUD_EVENT_TYPE, ...signatureHeaders(id, clock(), body, keys) };
  const response = await request(url, { method: "POST", headers, body }, timeoutMs);
  // The connection is free for the next event only when the answer was read.
  await response.arrayBuffer().catch(() => undefined);
  if (response.ok) return;
  const { status } = response;
  const waitMs = retryAfterMs(response, clock());
  throw new RequestError(refusal(status), { status, ...(waitMs !== undefined && { waitMs }) });
}

function refusal(status: number): string {
  if (status === 410) return "the receiver answered 410 Gone: it takes no events any more";
  if (status >= 300 && status < 400) {
    return `the receiver answered ${status}, a redirect: set its new address in MAILSTACK_WEBHOOK_URL`;
  }
  return `the receiver answered ${status}`;
}

function isPassing({ status, waitMs = 0 }: RequestError): boolean {
  if (waitMs > MAX_WAIT_MS) return false;
  return status === undefined || status === 408 || status === 429 || status >= 500;
}
