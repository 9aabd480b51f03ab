/** A request that failed. The message names no address: that of a webhook is a secret. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** Absent if no answer came. */
  readonly status: number | undefined;
  /** Milliseconds to wait before the next attempt, if the service said so. */
  readonly waitMs: number | undefined;

  constructor(message: string, { status, waitMs }: { status?: number; waitMs?: number } = {}) {
    super(message);
    this.status = status;
    this.waitMs = waitMs;
  }
}

/** How long an answer may take, in milliseconds. Standard Webhooks recommends 15 to 30 seconds. */
const TIMEOUT_MS = 20_000;

/**
 * One request. It follows no redirect: `fetch` would repeat a POST as a GET, and send headers to another host.
 * @throws RequestError if no answer comes
 */
export async function request(url: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return await fetch(url, { ...init, redirect: "manual", signal });
  } catch (error) {
    const { name, cause } = error as Error;
    if (name === "TimeoutError")
      throw new RequestError(`there was no answer within ${timeoutMs / 1000} seconds`);
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    throw new RequestError(`the connection failed${code === undefined ? "" : ` (${code})`}`);
  }
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110 §10.2.3). */
export function retryAfterMs({ headers }: Response, now: Date): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
