import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getDnsRecords } from "@pulumi/cloudflare/getDnsRecords.js";
import { groupBy } from "../../file/group-by.js";
import { remember } from "../../file/remember.js";
import { ZoneUnread, type HostRecord } from "../publisher.js";
import { hostRecords } from "./stored-record.js";
import { recordsUnread } from "./zone-problems.js";

/** The provider stops after 1,000 records by default; the largest zones hold a million. */
const ALL = 1_000_000;

/** Lists each zone at most once, and only when somebody asks about it. */
export class ZoneRecords {
  readonly #options: InvokeOptions;
  readonly #zoneNames: ReadonlyMap<string, string>;
  readonly #zones = new Map<string, Promise<ReadonlyMap<string, readonly HostRecord[]>>>();

  /** @param zoneNames by id */
  constructor(options: InvokeOptions, zoneNames: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#zoneNames = zoneNames;
  }

  /**
   * The records at a name.
   * @throws ZoneUnread
   */
  async at(zoneId: string, name: string): Promise<readonly HostRecord[]> {
    const zone = await remember(this.#zones, zoneId, () => this.#list(zoneId));
    return zone.get(name.toLowerCase()) ?? [];
  }

  /**
   * The records at a name right now, without the cached listing.
   * @throws what the provider throws
   */
  now(zoneId: string, name: string): Promise<HostRecord[]> {
    return this.#ask(zoneId, { name: { exact: name } });
  }

  async #list(zoneId: string): Promise<ReadonlyMap<string, readonly HostRecord[]>> {
    try {
      return groupBy(await this.#ask(zoneId), ({ name }) => name);
    } catch (error) {
      throw new ZoneUnread(recordsUnread(this.#zoneNames.get(zoneId) ?? zoneId, error), { cause: error });
    }
  }

  async #ask(
    zoneId: string,
    filter: Omit<Parameters<typeof getDnsRecords>[0], "zoneId"> = {},
  ): Promise<HostRecord[]> {
    const { results } = await getDnsRecords({ ...filter, zoneId, maxItems: ALL }, this.#options);
    return hostRecords(results, zoneId, this.#zoneNames.get(zoneId));
  }
}
