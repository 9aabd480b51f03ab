import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DurableMap } from "../durable-map.js";
import { Faults, handleFaultsRequest, type Fault } from "../faults.js";
import { regionOf } from "./authorization.js";
import type { Context, Settings, Store } from "./context.js";
import type { DnsServer } from "./dns-lookup.js";
import { internal, serialization, SesError, tooManyRequests } from "./errors.js";
import { findOperation, type Operation } from "./operations.js";
import { RateLimit } from "./rate-limit.js";
import { dkimHostedZone, partition } from "./regions.js";
import { Verifier } from "./verifier.js";

const hour = 60 * 60 * 1000;
const maxBodyBytes = 1024 * 1024;

export interface SesOptions {
  /** Folder that holds the state, created when absent. One server at a time. */
  readonly dir: string;
  /** On 127.0.0.1; 0 or absent: a free one. */
  readonly port?: number;
  /** DNS server in which domains are verified. */
  readonly resolver: DnsServer;
  /** Earliest verification after a creation or a restart, in milliseconds; default 0. */
  readonly verifyAfterMs?: number;
  /** Milliseconds between two looks at DNS; default 250. */
  readonly pollMs?: number;
  /** Stands for the 72 hours after which the service gives up; milliseconds, default 72 hours. */
  readonly giveUpAfterMs?: number;
  /** Stands for the five days that a verified domain may do without its DKIM records; milliseconds, default five days. */
  readonly graceMs?: number;
  /** Apply the service's rate limit of one control-plane call a second and Region; default false. */
  readonly limits?: boolean;
  /** Twelve digits; default `000000000000`. */
  readonly accountId?: string;
  /** False: an account in the service's own sandbox. Default true. */
  readonly productionAccess?: boolean;
  /** False: an account whose sending is paused. Default true. */
  readonly sendingEnabled?: boolean;
  /** Overrides the zone that a Region's Easy DKIM keys are served from. */
  readonly dkimHostedZone?: (region: string) => string | undefined;
  /** Shared with the other servers of a sandbox; default: a list of its own. */
  readonly faults?: Faults;
}

export interface SesServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly faults: Faults;
  /** Looks all pending records up now; resolves when that is done. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an emulator of the Amazon SES API v2. It serves all Regions: which one is meant is read from the signature's
 * credential scope. Each change is in the journal under `dir` before it is answered.
 */
export async function startSes(options: SesOptions): Promise<SesServer> {
  const faults = options.faults ?? new Faults();
  const settings: Settings = {
    accountId: options.accountId ?? "000000000000",
    verifyAfterMs: options.verifyAfterMs ?? 0,
    giveUpAfterMs: options.giveUpAfterMs ?? 72 * hour,
    graceMs: options.graceMs ?? 5 * 24 * hour,
    productionAccess: options.productionAccess ?? true,
    sendingEnabled: options.sendingEnabled ?? true,
    dkimHostedZone: (region) => options.dkimHostedZone?.(region) ?? dkimHostedZone(region),
  };
  const store: Store = {
    identities: new DurableMap(join(options.dir, "identities.jsonl")),
    configurationSets: new DurableMap(join(options.dir, "configuration-sets.jsonl")),
    looks: new Map(),
  };
  const limit = options.limits ? new RateLimit(1000) : undefined;
  const { resolver, pollMs = 250 } = options;
  const verifier = new Verifier({ store, settings, faults, resolver, pollMs });
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await handleFaultsRequest(request, response, faults)) return;
    try {
      const answer = await perform(request);
      if (answer === undefined) request.socket.destroy();
      else send(response, 200, JSON.stringify(answer));
    } catch (error) {
      sendError(response, error instanceof SesError ? error : internal((error as Error).message));
    }
  }

  /** The answer; undefined to cut the connection instead. */
  async function perform(request: IncomingMessage): Promise<object | undefined> {
    const body = await readBody(request);
    const region = regionOf(request.headers.authorization);
    const url = new URL(request.url ?? "/", "http://localhost");
    const operation = findOperation(request.method ?? "GET", url.pathname);
    const subject = `${operation.path.join("/")} ${url.pathname} ${body}`;
    if (limit?.admit(region) === false) throw tooManyRequests();
    const fault = faults.take({ service: "ses", operation: operation.name, subject });
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.kind === "drop") return undefined;
    if (fault !== undefined) refuse(fault, operation, region, settings.accountId);
    const context: Context = { store, settings, region };
    const input = { path: operation.path, query: url.searchParams, body: parseJson(body) };
    const answer = operation.handler(context, input);
    return fault?.kind === "drop-after" ? undefined : answer;
  }

  // Clients keep idle connections; closing one just as it is used again would look like a lost call.
  server.keepAliveTimeout = 10 * 60 * 1000;
  const closeStore = () => {
    store.identities.close();
    store.configurationSets.close();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  }).catch((error: unknown) => {
    closeStore();
    throw error;
  });
  verifier.start();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    settle: () => verifier.settle(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await verifier.close();
      closeStore();
    },
  };
}

/** @throws {SesError} for the kinds of fault that answer with an error. */
function refuse(fault: Fault, operation: Operation, region: string, accountId: string): void {
  const { kind, status, code, message } = fault;
  if (kind === "throttle") {
    throw new SesError(String(code ?? "TooManyRequestsException"), status ?? 429, message ?? "Rate exceeded");
  }
  if (kind === "deny") {
    const arn = `arn:${partition(region)}:iam::${accountId}:user/sandbox`;
    const text = `User: ${arn} is not authorized to perform: ses:${operation.name}`;
    throw new SesError(String(code ?? "AccessDeniedException"), status ?? 403, message ?? text);
  }
  if (kind === "error" || kind === "fail") {
    throw new SesError(
      String(code ?? "InternalServiceErrorException"),
      status ?? 500,
      message ?? "The request processing has failed because of an unknown error, exception, or failure.",
    );
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": randomUUID(),
      ...headers,
    })
    .end(body);
}

function sendError(response: ServerResponse, error: SesError): void {
  send(response, error.status, JSON.stringify({ message: error.message }), {
    "x-amzn-errortype": error.type,
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes)
      throw new SesError("RequestEntityTooLargeException", 413, "The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(body: string): unknown {
  if (body === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw serialization("The body is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw serialization("The body is not a JSON object.");
  }
  return value;
}
