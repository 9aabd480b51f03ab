import { Lanes } from "../../file/lanes.js";
import { remember } from "../../file/remember.js";
import type { DnsReply, DnsServerAddress, QueryType } from "./dns-types.js";
import { canonicalName, serverName } from "./server-names.js";
import { query } from "./query.js";

export interface ResolverOptions {
  /** Questions under way at once; default 100. */
  readonly concurrency?: number;
  /** Milliseconds to wait for one answer; default 2,000. */
  readonly timeoutMs?: number;
  /** How often a question is sent at most; default 2. */
  readonly attempts?: number;
}

/** How many questions in a row a server may leave unanswered before it is asked no more. */
const GIVE_UP_AFTER = 20;

/** Asks servers, many at once but not more than allowed, and each question only once. */
export class DnsAsker {
  readonly #lanes: Lanes;
  readonly #timeoutMs: number;
  readonly #attempts: number;
  readonly #asked = new Map<string, Promise<DnsReply>>();
  readonly #silent = new Map<string, number>();

  constructor({ concurrency = 100, timeoutMs = 2000, attempts = 2 }: ResolverOptions = {}) {
    this.#lanes = new Lanes(Math.max(1, concurrency));
    this.#timeoutMs = timeoutMs;
    this.#attempts = Math.max(1, attempts);
  }

  /** Never rejects. */
  ask(server: DnsServerAddress, name: string, type: QueryType): Promise<DnsReply> {
    const key = `${serverName(server)} ${type} ${canonicalName(name)}`;
    return remember(this.#asked, key, () => this.#lanes.run(() => this.#query(server, name, type)));
  }

  /** The answer of the first server that gives one; else why the last one did not. Never rejects. */
  async askFirst(servers: readonly DnsServerAddress[], name: string, type: QueryType): Promise<DnsReply> {
    let reply: DnsReply = { kind: "failed", reason: "no DNS server to ask" };
    for (const server of servers) {
      reply = await this.ask(server, name, type);
      if (reply.kind === "answer") break;
    }
    return reply;
  }

  /** A server that is down would cost its time-out for every record of every domain. */
  async #query(server: DnsServerAddress, name: string, type: QueryType): Promise<DnsReply> {
    const address = serverName(server);
    if (this.#unanswered(address) >= GIVE_UP_AFTER) {
      return {
        kind: "failed",
        reason: `no longer asked: ${GIVE_UP_AFTER} questions in a row went unanswered`,
      };
    }
    const options = { timeoutMs: this.#timeoutMs, attempts: this.#attempts };
    const reply = await query(server, name, type, options);
    const unanswered = reply.kind === "failed" && !reply.reason.startsWith("answered");
    this.#silent.set(address, unanswered ? this.#unanswered(address) + 1 : 0);
    return reply;
  }

  #unanswered(address: string): number {
    return this.#silent.get(address) ?? 0;
  }
}
