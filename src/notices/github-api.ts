import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { printable } from "../file/printable.js";
import { retry } from "../status/retry.js";
import { rfc3339 } from "../status/timestamp.js";
import { RequestError, request, retryAfterMs } from "./http.js";

export interface GitHubOptions {
  /** Without a slash at the end, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly clock: () => Date;
  /** Milliseconds between two requests that write; GitHub asks for one second, the default. */
  readonly pauseMs?: number;
  /** Milliseconds before the first repetition; default 1,000. */
  readonly baseMs?: number;
}

type Method = "GET" | "POST" | "PATCH";

const ATTEMPTS = 4;
/** Longest wait in milliseconds before a repetition. Whoever has to wait longer is told at the next run. */
const MAX_WAIT_MS = 90_000;
/** What GitHub asks for where it does not say how long its secondary limit lasts. */
const SECONDARY_WAIT_MS = 60_000;
const MOST_REDIRECTS = 3;
/** Characters of GitHub's own message that are shown. */
const MOST_OF_MESSAGE = 200;

/** An answer with another status than 2xx. */
class Refusal extends RequestError {
  /** Whether it was for the rate limit, so that nothing was done. */
  readonly limited: boolean;

  constructor(message: string, status: number, limit?: { readonly waitMs: number }) {
    super(message, { status, ...limit });
    this.limited = limit !== undefined;
  }
}

/** GitHub's REST API for one repository (version 2022-11-28). One request at a time, as GitHub asks for. */
export class GitHubApi {
  readonly #options: GitHubOptions;
  #wroteAt = -Infinity;

  constructor(options: GitHubOptions) {
    this.#options = options;
  }

  /**
   * All pages of a list.
   * @param path below the repository, with its query
   * @throws RequestError
   */
  async list<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const items: T[] = [];
    let next: string | undefined = this.#url(path);
    while (next !== undefined) {
      const response: Response = await this.#call("GET", next);
      items.push(...parsed(await json(response), schema.array()));
      next = this.#nextPage(response);
    }
    return items;
  }

  /**
   * Whether the path exists.
   * @throws RequestError for any other failure than 404
   */
  async has(path: string): Promise<boolean> {
    try {
      await json(await this.#call("GET", this.#url(path)));
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return false;
      throw error;
    }
  }

  /** @throws RequestError */
  async write<T>(method: "POST" | "PATCH", path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return parsed(await json(await this.#call(method, this.#url(path), body)), schema);
  }

  #url(path: string): string {
    return `${this.#options.apiUrl}/repos/${this.#options.repository}${path}`;
  }

  async #call(method: Method, url: string, body?: unknown): Promise<Response> {
    const { baseMs = 1000 } = this.#options;
    return retry(() => this.#follow(method, url, body), {
      attempts: ATTEMPTS,
      baseMs,
      maxMs: MAX_WAIT_MS,
      isRetryable: (error) => isPassing(error, method),
      atLeastMs: (error) => (error as RequestError).waitMs,
    });
  }

  /** A repository that was renamed answers with a redirect; the request is repeated there as it was. */
  async #follow(method: Method, url: string, body: unknown): Promise<Response> {
    let at = url;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const response = await this.#send(method, at, body);
      if (response.ok) return response;
      const location = [301, 302, 307, 308].includes(response.status) && response.headers.get("location");
      if (!location) throw await this.#refusal(response);
      await response.arrayBuffer();
      at = this.#sameHost(new URL(location, at).href, response.status);
    }
    throw new RequestError("GitHub answers with one redirect after another", { status: 301 });
  }

  async #send(method: Method, url: string, body: unknown): Promise<Response> {
    const { token, pauseMs = 1000 } = this.#options;
    if (method !== "GET") {
      await sleep(Math.max(0, this.#wroteAt + pauseMs - performance.now()));
      this.#wroteAt = performance.now();
    }
    const headers = {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "x-github-api-version": "2022-11-28",
      "user-agent": "mailstack",
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    return request(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  #nextPage({ headers, status }: Response): string | undefined {
    const [, next] = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get("link") ?? "") ?? [];
    return next === undefined ? undefined : this.#sameHost(next, status);
  }

  /** The token goes to the API alone. */
  #sameHost(url: string, status: number): string {
    if (URL.canParse(url) && new URL(url).origin === new URL(this.#options.apiUrl).origin) return url;
    throw new RequestError("GitHub's answer points to another host", { status });
  }

  async #refusal(response: Response): Promise<Refusal> {
    const { status } = response;
    const said = await messageOf(response);
    const waitMs = this.#limitMs(response, said);
    if (waitMs === undefined) return new Refusal(this.#inWords(status, said), status);
    const until = rfc3339(new Date(this.#options.clock().getTime() + waitMs));
    return new Refusal(`GitHub's rate limit is used up until ${until}`, status, { waitMs });
  }

  /** How long to wait if the answer is about the rate limit ("Rate limits for the REST API"). */
  #limitMs(response: Response, said: string): number | undefined {
    if (response.status !== 403 && response.status !== 429) return undefined;
    const now = this.#options.clock();
    const after = retryAfterMs(response, now);
    if (after !== undefined) return after;
    const { headers } = response;
    if (headers.get("x-ratelimit-remaining") === "0") {
      return Math.max(0, Number(headers.get("x-ratelimit-reset")) * 1000 - now.getTime());
    }
    return response.status === 429 || /rate limit/i.test(said) ? SECONDARY_WAIT_MS : undefined;
  }

  #inWords(status: number, said: string): string {
    const { repository } = this.#options;
    switch (status) {
      case 401:
        return "GitHub does not accept the token in GITHUB_TOKEN";
      case 403:
        return `GITHUB_TOKEN may not write issues in ${repository}: give it the permission "issues: write"`;
      case 404:
        return `GitHub has no repository ${repository}, or GITHUB_TOKEN can't see it`;
      case 410:
        return `issues are turned off in ${repository}`;
      default:
        return `GitHub answered ${status}${said === "" ? "" : `: ${said}`}`;
    }
  }
}

/** Whether the same request may succeed later. One that writes may have been carried out, so it is not repeated. */
function isPassing(error: unknown, method: Method): boolean {
  if (!(error instanceof RequestError)) return false;
  if (error instanceof Refusal && error.limited) return (error.waitMs ?? 0) <= MAX_WAIT_MS;
  return method === "GET" && (error.status === undefined || error.status >= 500);
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new RequestError("GitHub's answer is not JSON", { status: response.status });
  }
}

function parsed<T>(value: unknown, schema: z.ZodType<T>): T {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const [{ path, message } = { path: [], message: "" }] = error.issues;
  throw new RequestError(`GitHub's answer can't be read: ${[path.join("."), message].join(": ")}`);
}

/** What GitHub says about a refusal, in one line. */
async function messageOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { message?: unknown } | undefined;
  return typeof body?.message === "string" ? printable(body.message).slice(0, MOST_OF_MESSAGE) : "";
}
