import { ApiError } from "./error.js";

/** What a request is for. */
export interface Target {
  /** Decoded segments of the path: `/v1/domains` is `["v1", "domains"]`. */
  readonly segments: readonly string[];
}

/** Names of this server, with any port, since it may have been forwarded. */
const HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/**
 * Reads the request target and whom it is meant for. A page of another site can make its own name point to
 * 127.0.0.1 ("DNS rebinding"), and the browser then sends that name here. Such requests are refused.
 * @param target of the request line, in origin or in absolute form (RFC 9112 §3.2)
 * @param hosts all values of the `Host` header
 * @throws ApiError 400 for a target or `Host` that is malformed, 421 for a host that this server is not
 */
export function readTarget(target: string, hosts: readonly string[]): Target {
  const [host, another] = hosts;
  if (host === undefined || another !== undefined) {
    throw new ApiError(400, "bad-host", "a request must have exactly one Host header"); // RFC 9112 §3.2
  }
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  requireOwn(host);
  if (absolute !== null) requireOwn(absolute[1]!);
  const [path = ""] = (absolute?.[2] ?? target).split(/[?#]/, 1);
  if (absolute === null && !path.startsWith("/")) {
    throw new ApiError(400, "bad-path", "the request target must be a path");
  }
  return { segments: path.split("/").slice(1).map(decode) };
}

function requireOwn(host: string): void {
  const name = /^([^:]*)(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase();
  if (name === undefined || !HOSTS.has(name)) {
    throw new ApiError(421, "wrong-host", "this server answers only as 127.0.0.1 and localhost");
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError(400, "bad-path", "the path's percent-encoding is not valid UTF-8");
  }
}
