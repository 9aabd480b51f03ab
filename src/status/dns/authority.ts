import { remember } from "../../file/remember.js";
import type { DnsRecord, DnsServerAddress } from "./dns-types.js";
import { canonicalName, parentName } from "./server-names.js";
import type { DnsAsker } from "./resolver.js";

/** The zone a name lies in, as the resolvers see it. */
export interface Authority {
  /** Apex of the zone. */
  readonly zone: string;
  /** Names of its name servers. */
  readonly nameServers: readonly string[];
  readonly servers: readonly { readonly name: string; readonly address: DnsServerAddress }[];
}

/** Two name servers are enough: all serve the same zone. */
const SERVERS_ASKED = 2;

/** Finds zones and the name servers that serve them, each once. */
export class Authorities {
  readonly #asker: DnsAsker;
  readonly #resolvers: readonly DnsServerAddress[];
  readonly #delegations = new Map<string, Promise<readonly string[] | undefined>>();
  readonly #zones = new Map<string, Promise<Authority | undefined>>();

  readonly #port: number;

  /** @param port of the zones' name servers */
  constructor(asker: DnsAsker, resolvers: readonly DnsServerAddress[], port: number) {
    this.#asker = asker;
    this.#resolvers = resolvers;
    this.#port = port;
  }

  /**
   * The closest zone at or above the name; undefined when no resolver knows one, or none tells whether there is one
   * in between: the servers of a zone further up would not have the name.
   */
  async find(name: string): Promise<Authority | undefined> {
    for (let at: string | undefined = canonicalName(name); at?.includes("."); at = parentName(at)) {
      const zone = at;
      const nameServers = await this.#nameServers(zone);
      if (nameServers === undefined) return undefined;
      if (nameServers.length > 0) return this.#zone(zone, nameServers);
    }
    return undefined;
  }

  #nameServers(zone: string): Promise<readonly string[] | undefined> {
    return remember(this.#delegations, zone, async () => {
      const answers = await this.#first(zone, "NS");
      return answers
        ?.filter((record) => record.type === "NS" && record.name === zone)
        .map(({ value }) => value);
    });
  }

  #zone(zone: string, nameServers: readonly string[]): Promise<Authority | undefined> {
    return remember(this.#zones, zone, async () => {
      const chosen = [...nameServers].sort().slice(0, SERVERS_ASKED);
      const servers = await Promise.all(
        chosen.map(async (name) => {
          const [address] = (await this.#first(name, "A"))?.filter(({ type }) => type === "A") ?? [];
          return address && { name, address: { host: address.value, port: this.#port } };
        }),
      );
      return { zone, nameServers, servers: servers.filter((server) => server !== undefined) };
    });
  }

  async #first(name: string, type: "A" | "NS"): Promise<readonly DnsRecord[] | undefined> {
    const reply = await this.#asker.askFirst(this.#resolvers, name, type);
    return reply.kind === "answer" ? reply.answers : undefined;
  }
}
