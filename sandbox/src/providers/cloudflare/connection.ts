import type { APIError, Cloudflare } from "cloudflare";
import { STATUS_CODES } from "node:http";
import { connectionError, withRetries, type RetryPolicy } from "../retry.js";
import { text, type Properties } from "../values.js";

/** The upstream client's retries, and the longest `Retry-After` it accepts, in milliseconds. */
const ATTEMPTS = 11;
const MAX_RETRY_AFTER = 60_000;

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

/** One configured `cloudflare` provider. */
export class CloudflareConnection {
  readonly #baseUrl: string;
  readonly #credentials: Credentials;
  readonly #signal: AbortSignal;
  #client: Promise<Cloudflare> | undefined;

  constructor(config: Properties, defaultBaseUrl: string | undefined, signal: AbortSignal) {
    const baseUrl = text(config, "baseUrl") ?? defaultBaseUrl ?? process.env["CLOUDFLARE_BASE_URL"];
    if (baseUrl === undefined) {
      throw new Error(
        "no Cloudflare address: the sandbox's provider does not talk to Cloudflare; set cloudflare:baseUrl",
      );
    }
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#credentials = credentialsOf(config);
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
    this.#client ??= import("cloudflare").then(
      ({ Cloudflare }) => new Cloudflare({ ...this.#credentials, baseURL: this.#baseUrl, maxRetries: 0 }),
    );
    const client = await this.#client;
    try {
      return await withRetries(POLICY, this.#signal, (signal) =>
        client.request<Envelope<T>>({ method, path, signal, ...options }),
      );
    } catch (error) {
      throw this.#failure(method, path, options.query, error as APIError);
    }
  }

  #failure(
    method: string,
    path: string,
    query: Record<string, unknown> | undefined,
    error: APIError,
  ): RequestError {
    const url = new URL(this.#baseUrl + path);
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, String(value));
    const target = `${method.toUpperCase()} "${url.href}"`;
    if (error.status === undefined) return new RequestError(`${target}: ${error.message}`, undefined, error);
    const body = error.error === undefined ? "" : ` ${JSON.stringify(error.error)}`;
    return new RequestError(
      `${target}: ${error.status} ${STATUS_CODES[error.status] ?? ""}${body}`,
      error.status,
      error,
    );
  }
}

const POLICY: RetryPolicy = {
  attempts: ATTEMPTS,
  baseMs: 500,
  capMs: () => 8_000,
  retryable(error) {
    const { status, headers } = error as APIError;
    if (status === undefined) return connectionError(error) !== undefined;
    const should = headers?.get("x-should-retry");
    if (should === "false") return false;
    if (should !== "true" && status !== 408 && status !== 409 && status !== 429 && status < 500) return false;
    const ms = Number(headers?.get("retry-after-ms") ?? NaN);
    const wait = Number.isNaN(ms) ? Number(headers?.get("retry-after") ?? NaN) * 1_000 : ms;
    return wait >= 0 && wait <= MAX_RETRY_AFTER ? wait : true;
  },
};

interface Credentials {
  readonly apiToken: string | null;
  readonly apiKey: string | null;
  readonly apiEmail: string | null;
  readonly userServiceKey: string | null;
}

function credentialsOf(config: Properties): Credentials {
  const from = (key: string, variable: string): string | null =>
    text(config, key) ?? process.env[variable] ?? null;
  const credentials = {
    apiToken: from("apiToken", "CLOUDFLARE_API_TOKEN"),
    apiKey: from("apiKey", "CLOUDFLARE_API_KEY"),
    apiEmail: from("email", "CLOUDFLARE_EMAIL"),
    userServiceKey: from("apiUserServiceKey", "CLOUDFLARE_API_USER_SERVICE_KEY"),
  };
  const none = Object.values(credentials).every((value) => value === null);
  return none ? { ...credentials, apiToken: "sandbox" } : credentials;
}
