import { once } from "node:events";
import { createServer, STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { AddressInfo } from "node:net";
import { ApiError } from "./error.js";
import { answer, type Handlers } from "./answer.js";
import { readTarget } from "./target.js";
import { findOperation } from "./routes.js";
import { TokenCheck } from "./token.js";

export interface ApiServerOptions extends Handlers {
  /** Bearer token that every request must send. */
  readonly token: string;
  /** Port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Called with the error of a request that failed because of the server. */
  readonly onFailure?: (error: unknown) => void;
}

export interface ApiServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** Accepts no more requests and ends when the running ones are answered, after five seconds at most. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
/** No request of the API needs more. */
const MAX_BODY_BYTES = 64 * 1024;
const CLOSE_GRACE_MS = 5000;

/**
 * Serves the API over HTTP on loopback.
 * @throws when the port can't be listened on
 */
export async function startApi(options: ApiServerOptions): Promise<ApiServer> {
  const token = new TokenCheck(options.token);
  let running = 0;
  let closing = false;

  async function handle(request: IncomingMessage): Promise<unknown> {
    const { segments } = readTarget(request.url ?? "", request.headersDistinct["host"] ?? []);
    token.require(request.headers.authorization);
    const body = await readBody(request);
    return answer(findOperation(request.method ?? "", segments), body, options);
  }

  function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
    const text = JSON.stringify(body);
    response
      .writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        "cache-control": "no-store",
        ...(closing && { connection: "close" }),
        ...headers,
      })
      .end(text);
  }

  // Times in milliseconds. A request is short and comes at once; an answer takes at most half a minute.
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      connectionsCheckingInterval: 5000,
      // Node.js would answer without a body.
      requireHostHeader: false,
    },
    (request, response) => {
      running++;
      response.on("close", () => {
        running--;
        endWhenIdle();
      });
      handle(request).then(
        (body) => send(response, 200, body),
        (error: unknown) => {
          if (request.destroyed && !request.complete) return; // the client has gone
          const failure = error instanceof ApiError ? error : internal(error);
          send(response, failure.status, failure.body, failure.headers);
        },
      );
    },
  );
  server.timeout = 60_000;
  server.on("clientError", refuse);
  server.on("connect", (_, socket) => refuse({ code: "CONNECT" }, socket));

  /** Node.js leaves some idle connections open, as after a client that went away. */
  function endWhenIdle(): void {
    if (closing && running === 0) server.closeAllConnections();
  }

  function internal(error: unknown): ApiError {
    options.onFailure?.(error);
    return new ApiError(500, "internal", "mailstack failed; its log says why");
  }

  server.listen(options.port, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    async close() {
      closing = true;
      const closed = once(server, "close");
      server.close();
      endWhenIdle();
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Reads the body as UTF-8. The rest of a body that is too long is discarded as it arrives. */
async function readBody(request: IncomingMessage): Promise<string> {
  const tooLarge = new ApiError(413, "too-large", `the body is larger than ${MAX_BODY_BYTES} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(tooLarge);
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });
}

const UNREADABLE: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "headers-too-large", "the header fields are too large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "too-large", "the chunk extensions are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "timeout", "the request did not arrive in time"],
  CONNECT: [405, "method-not-allowed", "this server is not a proxy"],
};

/** Answers what never became a request, and ends the connection. */
function refuse({ code = "" }: NodeJS.ErrnoException | { code?: string }, socket: Duplex): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, name, message] = UNREADABLE[code] ?? [400, "bad-request", "this is not an HTTP request"];
  const error = new ApiError(status, name, message, status === 405 ? { allow: "GET, HEAD, POST" } : {});
  const text = JSON.stringify(error.body);
  const headers = {
    ...error.headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`);
}
