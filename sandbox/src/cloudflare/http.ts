import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, type ApiError } from "./errors.js";
import type { ResultInfo } from "./listing.js";

const maxBodyBytes = 16 * 1024 * 1024;

/** What an operation answers with: a result for the envelope, or a text of its own. */
export type Reply =
  | { readonly result: unknown; readonly info?: ResultInfo; readonly status?: number }
  | { readonly text: string };

/** The request's JSON object; empty when there is no body. */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw errors.malformedBody();
    chunks.push(chunk);
  }
  if (size === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw errors.malformedBody();
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw errors.malformedBody();
  return body as Record<string, unknown>;
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  if ("text" in reply) {
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8", ...ray() }).end(reply.text);
    return;
  }
  send(response, reply.status ?? 200, {
    result: reply.result,
    success: true,
    errors: [],
    messages: [],
    ...(reply.info && { result_info: reply.info }),
  });
}

export function sendError(response: ServerResponse, error: ApiError): void {
  const body = {
    result: null,
    success: false,
    errors: [{ code: error.code, message: error.message }],
    messages: [],
  };
  send(response, error.status, body, error.headers);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { "content-type": "application/json", ...ray(), ...headers })
    .end(JSON.stringify(body));
}

function ray(): Record<string, string> {
  return { "cf-ray": `${randomBytes(8).toString("hex")}-LOC` };
}
