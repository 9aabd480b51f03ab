import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";

/**
 * What a rule makes a server do:
 * - `throttle`: refuse with the service's own throttling error (status 429 unless `status` says otherwise);
 * - `error`: answer with `status` (default 500), `code` and `message`, the work not done;
 * - `deny`: refuse with the service's own "not authorised" error (403);
 * - `drop`: cut the connection before the work is done;
 * - `drop-after`: do the work, then cut the connection instead of answering: the change happened, the client can't know;
 * - `delay`: wait `delayMs`, then go on as usual;
 * - `fail`: for background work such as `verify:mail-from`: it ends as if the service had given up;
 * - `skip`: for background work: it is left undone, as if its turn had not come yet.
 *
 * `delayMs` on any other kind is waited first.
 */
export const faultKinds = [
  "throttle",
  "error",
  "deny",
  "drop",
  "drop-after",
  "delay",
  "fail",
  "skip",
] as const;
export type FaultKind = (typeof faultKinds)[number];

const ruleSchema = z.strictObject({
  /** `ses`, `cloudflare` or `dns`; absent: any. */
  service: z.string().optional(),
  /**
   * An API operation (`PutEmailIdentityMailFromAttributes`), a method and path (`POST /zones/*\/dns_records`) or
   * background work (`verify:mail-from`); `*` stands for any run of characters but `/`. Absent: any.
   */
  operation: z.string().optional(),
  /** A part of the subject (an identity, a record's name, the request's path). Absent: any. */
  match: z.string().optional(),
  kind: z.enum(faultKinds),
  /** HTTP status, 400–599. */
  status: z.int().min(400).max(599).optional(),
  /** The service's error code, e.g. `ExpiredTokenException` or `81058`. */
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string().optional(),
  /** Milliseconds. */
  delayMs: z.number().min(0).max(600_000).optional(),
  /** How often the rule applies before it is used up; default 1. */
  times: z.union([z.int().min(1), z.literal("forever")]).optional(),
});

export type FaultRule = z.infer<typeof ruleSchema>;

/** An active rule. */
export interface Fault extends FaultRule {
  readonly id: number;
  times: number | "forever";
}

/** The operation that is about to run, for the rules to match. */
export interface FaultContext {
  readonly service: string;
  readonly operation: string;
  /** The subject of the operation: an identity, a record's name, the request's path. */
  readonly subject?: string;
}

/** The faults a server is to show, first in first out. In memory: a restart clears them. */
export class Faults {
  readonly #rules: Fault[] = [];
  #nextId = 1;

  /**
   * Activates a rule.
   * @throws {z.ZodError} when a value is outside what {@link FaultRule} allows.
   */
  add(rule: FaultRule): Fault {
    const fault = { ...ruleSchema.parse(rule), id: this.#nextId++, times: rule.times ?? 1 };
    this.#rules.push(fault);
    return fault;
  }

  /** The oldest rule that applies, counted as used once. */
  take(context: FaultContext): Fault | undefined {
    const fault = this.#rules.find((rule) => applies(rule, context));
    if (fault !== undefined && fault.times !== "forever" && --fault.times === 0) this.remove(fault.id);
    return fault;
  }

  remove(id: number): boolean {
    const index = this.#rules.findIndex((rule) => rule.id === id);
    if (index < 0) return false;
    this.#rules.splice(index, 1);
    return true;
  }

  clear(): void {
    this.#rules.length = 0;
  }

  list(): readonly Fault[] {
    return [...this.#rules];
  }
}

function applies(rule: FaultRule, context: FaultContext): boolean {
  if (rule.service !== undefined && rule.service !== context.service) return false;
  if (rule.operation !== undefined && !glob(rule.operation).test(context.operation)) return false;
  return rule.match === undefined || `${context.operation} ${context.subject ?? ""}`.includes(rule.match);
}

function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^/]*")}$`);
}

export const faultsPath = "/_sandbox/faults";
const maxBodyBytes = 64 * 1024;

/**
 * The control endpoint that each HTTP server of the sandbox mounts: `GET /_sandbox/faults` lists the rules,
 * `POST` activates one rule or an array of rules, `DELETE` clears them all, `DELETE /_sandbox/faults/<id>` one.
 * Returns false, with nothing answered, when the request is for another path.
 */
export async function handleFaultsRequest(
  request: IncomingMessage,
  response: ServerResponse,
  faults: Faults,
): Promise<boolean> {
  const path = (request.url ?? "").split("?")[0]!;
  if (path !== faultsPath && !path.startsWith(`${faultsPath}/`)) return false;
  const id = path.slice(faultsPath.length + 1);
  const answer = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body) + "\n");
    return true;
  };
  if (id === "" && request.method === "GET") return answer(200, { faults: faults.list() });
  if (id === "" && request.method === "POST") {
    try {
      const body: unknown = JSON.parse(await readBody(request));
      const rules = z.array(ruleSchema).parse(Array.isArray(body) ? body : [body]);
      return answer(201, { faults: rules.map((rule) => faults.add(rule)) });
    } catch (error) {
      return answer(400, {
        error: error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message,
      });
    }
  }
  if (request.method === "DELETE") {
    if (id === "") faults.clear();
    else if (!faults.remove(Number(id))) return answer(404, { error: `there is no fault ${id}` });
    return answer(200, { faults: faults.list() });
  }
  return answer(405, { error: `${request.method} is not supported here; use GET, POST or DELETE` });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`the body is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
