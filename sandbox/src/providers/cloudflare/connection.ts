import { STATUS_CODES } from "node:http";
import { connectionError, withRetries, type RetryPolicy } from "../retry.js";
import { text, type Properties } from "../values.js";

/** The upstream client's retries, the longest `Retry-After` it accepts, and how long a request may take; times in ms. */
const ATTEMPTS = 11;
const MAX_RETRY_AFTER = 60_000;
const TIMEOUT = 60_000;

type Method = "get" | "post" | "put" | "delete";

/** Cloudflare's answer around a result. */
export interface Envelope<T> {
  readonly result: T;
  readonly result_info?: { readonly page?: number; readonly total_pages?: number };
}

/** A call that failed, in the words of Cloudflare's client for Go; `status` is absent when no answer came. */
export class RequestError extends Error {
  constructor(
    message: string,
    readonly status: number | undefined,
    cause: unknown,
  ) {
    super(`failed to make http request: ${message}`, { cause });
    this.name = "RequestError";
  }
}

/** An answer that is no success. */
class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    /** The answer's JSON; undefined when it is none. */
    readonly body: unknown,
  ) {
    super(`${status} ${STATUS_CODES[status] ?? ""}`.trim());
    this.name = "RefusedError";
  }
}

/**
 * One configured `cloudflare` provider. It speaks plain HTTP: Cloudflare's official client would load more than a
 * thousand modules for it, one for each of Cloudflare's products.
 */
export class CloudflareConnection {
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;

  constructor(config: Properties, defaultBaseUrl: string | undefined, signal: AbortSignal) {
    const baseUrl = text(config, "baseUrl") ?? defaultBaseUrl ?? process.env["CLOUDFLARE_BASE_URL"];
    if (baseUrl === undefined) {
      throw new Error(
        "no Cloudflare address: the sandbox's provider does not talk to Cloudflare; set cloudflare:baseUrl",
      );
    }
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#headers = { accept: "application/json", ...credentialsOf(config) };
    this.#signal = signal;
  }

  /**
   * Sends a request, again while it is throttled, fails on the server's side or loses its connection.
   *
   * @throws RequestError
   */
  async request<T>(
    method: Method,
    path: string,
    options: { body?: object; query?: Record<string, unknown> } = {},
  ): Promise<Envelope<T>> {
    const { body, query = {} } = options;
    const url = urlOf(this.#baseUrl + path, query);
    const init = {
      method: method.toUpperCase(),
      headers: { ...this.#headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    try {
      return await withRetries(POLICY, this.#signal, (signal) => send<Envelope<T>>(url, init, signal));
    } catch (error) {
      throw failureOf(`${init.method} "${url.href}"`, error);
    }
  }
}

/** A list becomes a parameter for each of its values. */
function urlOf(address: string, query: Readonly<Record<string, unknown>>): URL {
  const url = new URL(address);
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) url.searchParams.append(key, String(one));
  }
  return url;
}

/** @throws RefusedError, or what `fetch` throws when no answer came */
async function send<T>(url: URL, init: RequestInit, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
  const response = await fetch(url, { ...init, signal: limit });
  if (response.ok) return (await response.json()) as T;
  throw new RefusedError(response.status, response.headers, parseJson(await response.text()));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function failureOf(target: string, error: unknown): RequestError {
  if (!(error instanceof RefusedError)) {
    const message = connectionError(error) === undefined ? String(error) : "Connection error.";
    return new RequestError(`${target}: ${message}`, undefined, error);
  }
  const { status, body } = error;
  const detail = body === undefined ? "" : ` ${JSON.stringify(body)}`;
  return new RequestError(`${target}: ${error.message}${detail}`, status, error);
}

const POLICY: RetryPolicy = {
  attempts: ATTEMPTS,
  baseMs: 500,
  capMs: () => 8_000,
  retryable(error) {
    if (!(error instanceof RefusedError)) return connectionError(error) !== undefined;
    const { status, headers } = error;
    const should = headers.get("x-should-retry");
    if (should === "false") return false;
    if (should !== "true" && status !== 408 && status !== 409 && status !== 429 && status < 500) return false;
    const ms = Number(headers.get("retry-after-ms") ?? NaN);
    const wait = Number.isNaN(ms) ? Number(headers.get("retry-after") ?? NaN) * 1_000 : ms;
    return wait >= 0 && wait <= MAX_RETRY_AFTER ? wait : true;
  },
};

/** The headers that say who calls. */
function credentialsOf(config: Properties): Record<string, string> {
  const from = (key: string, variable: string): string | undefined =>
    text(config, key) ?? process.env[variable];
  const token = from("apiToken", "CLOUDFLARE_API_TOKEN");
  const credentials = {
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    "x-auth-key": from("apiKey", "CLOUDFLARE_API_KEY"),
    "x-auth-email": from("email", "CLOUDFLARE_EMAIL"),
    "x-auth-user-service-key": from("apiUserServiceKey", "CLOUDFLARE_API_USER_SERVICE_KEY"),
  };
  const given = Object.entries(credentials).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return given.length === 0 ? { authorization: "Bearer sandbox" } : Object.fromEntries(given);
}
