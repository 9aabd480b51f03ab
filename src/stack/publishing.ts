import type { ProviderResource } from "@pulumi/pulumi/resource.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { groupBy } from "../file/group-by.js";
import type { MailRecord } from "../kinds/index.js";
import { hostOf } from "../publishers/index.js";
import type { ConnectContext, Connection, Properties } from "../publishers/publisher.js";

/** Where a record is published: a zone of a DNS host. */
export interface PublishingPlace {
  readonly host: Connection;
  /** Id of the zone. */
  readonly zone: string;
}

/** The DNS hosts that publish the fleet's records in this run. */
export class Publishing {
  readonly #byName: ReadonlyMap<string, Connection>;
  readonly #hosts: readonly Connection[];
  /** Zones by name; of several with one name the first. */
  readonly #zones: ReadonlyMap<string, PublishingPlace>;

  private constructor(byName: ReadonlyMap<string, Connection>) {
    this.#byName = byName;
    this.#hosts = [...byName.values()];
    const places = this.#hosts.flatMap((host) =>
      host.zones.map(({ id, name }) => [name, { host, zone: id }] as const),
    );
    this.#zones = new Map(places.reverse());
  }

  /** Finds the zones of all domains. @throws InvalidSetting */
  static async connect(fleet: readonly SendingDomain[], url: ConnectContext["url"]): Promise<Publishing> {
    const groups = groupBy(fleet, ({ dns }) => dns);
    const connections = await Promise.all(
      [...groups].flatMap(([name, domains]) => {
        const host = hostOf(domains[0]!);
        return host === undefined
          ? []
          : [host.connect({ domains, url }).then((host) => [name, host] as const)];
      }),
    );
    return new Publishing(new Map(connections));
  }

  get problems(): readonly string[] {
    return this.#hosts.flatMap(({ problems }) => problems);
  }

  get warnings(): readonly string[] {
    return this.#hosts.flatMap(({ warnings }) => warnings);
  }

  get providers(): readonly ProviderResource[] {
    return this.#hosts.flatMap(({ providers }) => providers);
  }

  /** Where the domain's records, or one of them, are published; undefined if that is done by hand. */
  placeOf(domain: SendingDomain, record?: MailRecord): PublishingPlace | undefined {
    if (record?.zone !== undefined) return this.#zones.get(record.zone);
    const host = this.#byName.get(domain.dns);
    const zone = host?.zoneOf(domain);
    return host === undefined || zone === undefined ? undefined : { host, zone };
  }

  /** The host whose records are resources of a type. */
  hostOf(resourceType: string): Connection | undefined {
    return this.#hosts.find((host) => host.resourceType === resourceType);
  }

  /** The record that a resource in the state describes. */
  read({ type, outputs }: { readonly type: string; readonly outputs: Properties }) {
    return this.hostOf(type)?.read(outputs);
  }
}
