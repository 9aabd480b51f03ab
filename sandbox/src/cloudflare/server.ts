import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ZoneView } from "../dns/zone-view.js";
import { Faults, handleFaultsRequest, type Fault } from "../faults.js";
import { authenticate } from "./auth.js";
import { ApiError, errors } from "./errors.js";
import { readBody, sendError, sendReply } from "./http.js";
import { canonicalHostname } from "./names.js";
import { plans, type PlanName } from "./plan.js";
import { RateLimiter, requestsPerWindow } from "./rate-limit.js";
import type { Body } from "./records-api.js";
import { dispatch, type Call } from "./routes.js";
import { servedZones } from "./served-zones.js";
import { Store } from "./store.js";
import type { Zone } from "./zone.js";
import { createZone, editZone } from "./zones-api.js";

export interface CloudflareOptions {
  /** Where the state is kept; created if absent. One server at a time. */
  readonly dir: string;
  /** Zones to create, active, if they are absent. */
  readonly zones: readonly string[];
  /** Port on 127.0.0.1; 0, the default, picks a free one. */
  readonly port?: number;
  /** Enforce 1,200 requests in five minutes. Default false. */
  readonly limits?: boolean;
  /** The plan of all zones; default `free`. It sets quotas, comment length, tags, minimum TTL and flattening. */
  readonly plan?: PlanName;
  /**
   * Rules with service `cloudflare`, also set at `/_sandbox/faults`; default: none. The operation is the method and the
   * path without `/client/v4` (`POST /zones/*\/dns_records`), the subject the name of the record or zone. `throttle`:
   * 429 and 10100; `deny`: 403 and 10000; `error` and `fail`: 500 and 10013, unless the rule says otherwise.
   */
  readonly faults?: Faults;
}

export interface CloudflareServer {
  /** The base URL for clients; ends in `/client/v4`. */
  readonly url: string;
  /** The zones for a DNS server. */
  readonly zones: ZoneView;
  readonly faults: Faults;
  /**
   * Sets what the real service sets by itself.
   * @throws ApiError when there is no such zone
   */
  setZoneStatus(name: string, status: Zone["status"]): void;
  close(): Promise<void>;
}

const host = "127.0.0.1";
const basePath = "/client/v4";

/**
 * The zones and DNS part of the Cloudflare API v4 on loopback. Every change is in the journal before it is answered.
 * Any token is accepted; {@link authenticate} names those that are not.
 * @throws when the port is taken, or a zone's name is invalid
 */
export async function startCloudflare(options: CloudflareOptions): Promise<CloudflareServer> {
  const store = new Store(options.dir);
  const faults = options.faults ?? new Faults();
  const limiter = options.limits === true ? new RateLimiter() : undefined;
  const plan = plans[options.plan ?? "free"];
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, error instanceof ApiError ? error : internal(error));
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await handleFaultsRequest(request, response, faults)) return;
    const url = new URL(request.url ?? "/", `http://${host}`);
    if (!url.pathname.startsWith(`${basePath}/`)) throw errors.noRoute(url.pathname);
    if (limiter !== undefined) limit(limiter, response);
    const caller = authenticate(request.headers);
    const path = url.pathname.slice(basePath.length);
    if (!caller.valid)
      throw path === "/user/tokens/verify" ? errors.unverifiableToken() : errors.invalidToken();
    const method = request.method ?? "GET";
    const body = await readBody(request);
    const call: Call = { method, path, query: url.searchParams, body, caller, store, plan };
    const fault = faults.take({
      service: "cloudflare",
      operation: `${method} ${path}`,
      subject: subjectOf(call),
    });
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault?.kind === "drop") return void request.socket.destroy();
    const error = fault && faultError(fault);
    if (error !== undefined) throw error;
    const reply = dispatch(call);
    if (fault?.kind === "drop-after") return void request.socket.destroy();
    sendReply(response, reply);
  }

  try {
    for (const name of options.zones) {
      const known = store.zoneByName(canonicalHostname(name) ?? name);
      if (known === undefined) createZone(store, { name }, "active");
    }
    server.listen(options.port ?? 0, host);
    await once(server, "listening");
  } catch (error) {
    store.close();
    throw error;
  }
  const { port } = server.address() as { port: number };
  return {
    url: `http://${host}:${port}${basePath}`,
    zones: servedZones(store),
    faults,
    setZoneStatus: (name, status) => {
      const zone = store.zoneByName(canonicalHostname(name) ?? name);
      if (zone === undefined) throw errors.zoneNotFound();
      editZone(store, zone, { status });
    },
    close: () => close(server, store),
  };
}

async function close(server: Server, store: Store): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  store.close();
}

function limit(limiter: RateLimiter, response: ServerResponse): void {
  const state = limiter.take();
  response.setHeader("x-ratelimit-limit", requestsPerWindow);
  response.setHeader("x-ratelimit-remaining", state.remaining);
  response.setHeader("x-ratelimit-reset", state.resetSeconds);
  if (!state.allowed) throw errors.rateLimited(state.resetSeconds);
}

/** The name of the record or zone that a request is about, for fault rules to match. */
function subjectOf(call: Call): string {
  const named = (call.body as Body & { name?: unknown }).name ?? call.query.get("name");
  if (typeof named === "string") return named;
  const [, , zoneId, , recordId] = call.path.split("/");
  if (zoneId === undefined) return "";
  return call.store.records(zoneId).get(recordId ?? "")?.name ?? call.store.zone(zoneId)?.name ?? "";
}

function faultError(fault: Fault): ApiError | undefined {
  switch (fault.kind) {
    case "throttle":
      return new ApiError(
        fault.status ?? 429,
        Number(fault.code) || 10100,
        fault.message ?? throttled.message,
        {
          "retry-after": "1",
        },
      );
    case "deny":
      return new ApiError(
        fault.status ?? 403,
        Number(fault.code) || 10000,
        fault.message ?? errors.forbidden().message,
      );
    case "error":
    case "fail":
      return new ApiError(
        fault.status ?? 500,
        Number(fault.code) || 10013,
        fault.message ?? "Internal server error",
      );
    default:
      return undefined;
  }
}

const throttled = errors.rateLimited(1);

function internal(error: unknown): ApiError {
  return new ApiError(500, 10013, `Internal server error: ${String(error)}`);
}
