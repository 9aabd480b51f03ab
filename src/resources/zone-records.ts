import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getDnsRecords } from "@pulumi/cloudflare/getDnsRecords.js";
import { groupBy } from "../fleet/fleet.js";

/** A DNS record as Cloudflare has it. */
export interface PublishedRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** TXT as it is stored, with or without quotes; of an MX the host alone. */
  readonly content: string;
  /** Seconds; 1 = automatic. */
  readonly ttl: number;
  readonly priority?: number;
  readonly proxied: boolean;
}

/** A zone that could not be listed; `cause` is what the provider threw. */
export class ZoneUnreadError extends Error {
  override readonly name = "ZoneUnreadError";

  constructor(
    readonly zoneId: string,
    cause: unknown,
  ) {
    super(`the records of the Cloudflare zone ${zoneId} could not be read`, { cause });
  }
}

/** The provider stops after 1,000 records unless it is told otherwise; the largest zones hold a million. */
const ALL = 1_000_000;

/** Lists zones of Cloudflare, each at most once, and only those that somebody asks about. */
export class ZoneRecords {
  readonly #options: InvokeOptions;
  readonly #zones = new Map<string, Promise<ReadonlyMap<string, readonly PublishedRecord[]>>>();

  constructor(options: InvokeOptions) {
    this.#options = options;
  }

  /**
   * The records at a name.
   * @throws ZoneUnreadError
   */
  async at(zoneId: string, name: string): Promise<readonly PublishedRecord[]> {
    let zone = this.#zones.get(zoneId);
    if (zone === undefined) {
      zone = this.#list(zoneId);
      this.#zones.set(zoneId, zone);
    }
    return (await zone).get(name.toLowerCase()) ?? [];
  }

  async #list(zoneId: string): Promise<ReadonlyMap<string, readonly PublishedRecord[]>> {
    try {
      return groupBy(await listRecords({ zoneId }, this.#options), ({ name }) => name.toLowerCase());
    } catch (error) {
      throw new ZoneUnreadError(zoneId, error);
    }
  }
}

/**
 * The records at one name as they are now.
 * @throws what the provider throws
 */
export function recordsAt(zoneId: string, name: string, options: InvokeOptions): Promise<PublishedRecord[]> {
  return listRecords({ zoneId, name: { exact: name } }, options);
}

async function listRecords(
  filter: Parameters<typeof getDnsRecords>[0],
  options: InvokeOptions,
): Promise<PublishedRecord[]> {
  const { results } = await getDnsRecords({ ...filter, maxItems: ALL }, options);
  return results.map(({ id, type, name, content, ttl, priority, proxied }) => ({
    id,
    type,
    name,
    content: content ?? "",
    ttl,
    ...(typeof priority === "number" && { priority }),
    proxied: proxied ?? false,
  }));
}
