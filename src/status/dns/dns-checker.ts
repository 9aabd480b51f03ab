import { Authorities } from "./authority.js";
import { combineChecks } from "./combine.js";
import type { ServerCheck } from "./combine.js";
import { counts, DMARC_MARK } from "../../syntax/txt-mark.js";
import { compareRecord, endOfChain } from "./compare.js";
import type { DnsReply, DnsServerAddress, ExpectedRecord, RecordCheck } from "./dns-types.js";
import { canonicalName, serverName } from "./server-names.js";
import { DnsAsker } from "./resolver.js";
import type { ResolverOptions } from "./resolver.js";
import { applicableRecord, endsWalk, namesAbove, type PublishedDmarc } from "./tree-walk.js";

/** CNAMEs that are followed; resolvers follow about as many. */
const MAX_HOPS = 8;

/** Cloudflare's and Google's public resolvers. */
export const PUBLIC_RESOLVERS: readonly DnsServerAddress[] = [
  { host: "1.1.1.1", port: 53 },
  { host: "8.8.8.8", port: 53 },
];

export interface DnsCheckOptions extends ResolverOptions {
  /** Recursive resolvers to ask; default {@link PUBLIC_RESOLVERS}. */
  readonly resolvers?: readonly DnsServerAddress[];
  /** `discover`: ask each zone's own name servers too, found through the resolvers. `skip`: the resolvers alone. */
  readonly authoritative?: "discover" | "skip";
  /** Port of the zones' name servers; default 53. */
  readonly nameServerPort?: number;
}

/** The zone of a domain and who serves it. */
export interface Delegation {
  readonly zone: string;
  readonly nameServers: readonly string[];
}

/** Checks records in DNS, many at once. Each question is asked only once. */
export class DnsChecker {
  readonly #asker: DnsAsker;
  readonly #resolvers: readonly DnsServerAddress[];
  readonly #authorities: Authorities;
  readonly #discover: boolean;

  constructor(options: DnsCheckOptions = {}) {
    this.#asker = new DnsAsker(options);
    this.#resolvers = options.resolvers ?? PUBLIC_RESOLVERS;
    this.#authorities = new Authorities(this.#asker, this.#resolvers, options.nameServerPort ?? 53);
    this.#discover = (options.authoritative ?? "discover") === "discover";
  }

  /** Asks every server for one record. Never rejects. */
  async checkRecord(expected: ExpectedRecord): Promise<RecordCheck> {
    const authority = this.#discover ? await this.#authorities.find(expected.name) : undefined;
    const servers = [
      ...(authority?.servers ?? []).map(({ name, address }) => ({ name, address, authoritative: true })),
      ...this.#resolvers.map((address) => ({ name: serverName(address), address, authoritative: false })),
    ];
    const checks = await Promise.all(
      servers.map(async ({ name, address, authoritative }): Promise<ServerCheck> => {
        const check = await this.#observe(expected, address, authoritative);
        return { ...check, server: name, authoritative };
      }),
    );
    return combineChecks(checks);
  }

  /** Who serves the domain's zone; undefined when that could not be found out. */
  async delegation(domain: string): Promise<Delegation | undefined> {
    const authority = await this.#authorities.find(domain);
    if (authority === undefined) return undefined;
    return { zone: authority.zone, nameServers: authority.nameServers };
  }

  /**
   * The DMARC record that applies to a domain without one of its own: that of its organizational domain (RFC 9989
   * §4.10.1). Undefined when there is none or it could not be found out.
   */
  async dmarcAbove(domain: string): Promise<PublishedDmarc | undefined> {
    const found: PublishedDmarc[] = [];
    for (const name of namesAbove(domain)) {
      const value = await this.#dmarcAt(name);
      if (value === undefined) continue;
      found.push({ domain: name, value });
      if (endsWalk(found.at(-1)!)) break;
    }
    return applicableRecord(found);
  }

  async #dmarcAt(domain: string): Promise<string | undefined> {
    const reply = await this.#asker.askFirst(this.#resolvers, `_dmarc.${domain}`, "TXT");
    if (reply.kind === "failed") return undefined;
    const records = reply.answers.filter(({ type, value }) => type === "TXT" && counts(DMARC_MARK, value));
    // Where a name has several, all are ignored, and the walk goes on.
    return records.length === 1 ? records[0]!.value : undefined;
  }

  async #observe(
    expected: ExpectedRecord,
    server: DnsServerAddress,
    authoritative: boolean,
  ): Promise<RecordCheck> {
    const asked = await this.#asker.ask(server, expected.name, expected.type);
    // A name server knows nothing about other zones; the resolvers do.
    const reply = await this.#follow(expected, asked, authoritative ? this.#resolvers : [server]);
    const check = compareRecord(expected, { reply });
    // Only where a CNAME is missing is it worth asking whether addresses have taken its place.
    if (expected.type !== "CNAME" || check.state !== "missing") return check;
    if (reply.kind === "answer" && reply.rcode === "NXDOMAIN") return check;
    const replies = await Promise.all([
      this.#asker.ask(server, expected.name, "A"),
      this.#asker.ask(server, expected.name, "AAAA"),
    ]);
    const addresses = replies.flatMap((one) =>
      one.kind === "answer"
        ? one.answers.filter(({ type }) => type === "A" || type === "AAAA").map(({ value }) => value)
        : [],
    );
    return compareRecord(expected, { reply, addresses });
  }

  /**
   * The answer with all of the chain of CNAMEs that it begins: a question for CNAME is answered with the first of
   * them alone (RFC 1034 §3.6.2).
   */
  async #follow(
    { name, type, value }: ExpectedRecord,
    first: DnsReply,
    servers: readonly DnsServerAddress[],
  ): Promise<DnsReply> {
    if (first.kind === "failed") return first;
    if (isReferral(first)) return { kind: "failed", reason: "refers to other name servers" };
    const answers = [...first.answers];
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const end = endOfChain(name, answers);
      if (end === canonicalName(name) || (type === "CNAME" && end === canonicalName(value))) break;
      if (answers.some((record) => record.name === end && record.type === type)) break;
      const next = await this.#asker.askFirst(servers, end, type);
      // Where a CNAME leads elsewhere than it should, that stands even if it could not be followed.
      if (next.kind === "failed" && type !== "CNAME") return next;
      if (next.kind === "failed" || next.answers.length === 0) break;
      answers.push(...next.answers);
    }
    return { ...first, answers };
  }
}

/** A server that names others instead of answering: it does not serve the zone, so its silence proves nothing. */
function isReferral({ rcode, answers, authorities }: Extract<DnsReply, { kind: "answer" }>): boolean {
  const types = new Set(authorities.map(({ type }) => type));
  return rcode === "NOERROR" && answers.length === 0 && types.has("NS") && !types.has("SOA");
}
