import { ComponentResource } from "@pulumi/pulumi/resource.js";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource.js";
import { DOMAIN_COMPONENT } from "../state/urn.js";
import type { KnownResource } from "./stack-state.js";
import type { Publishing } from "./publishing.js";

/**
 * Records that this update would delete but that their host no longer has: a killed run deleted them, or somebody did
 * by hand. A provider fails to delete what is gone.
 * @param wanted names of the resources that stay
 * @returns names of the resources
 */
export async function goneRecords(
  known: ReadonlyMap<string, KnownResource>,
  wanted: ReadonlySet<string>,
  publishing: Publishing,
): Promise<string[]> {
  const found = await Promise.all(
    [...known].map(async ([resource, { type, outputs }]) => {
      if (wanted.has(resource) || wasLetGo(resource, known)) return [];
      const host = publishing.hostOf(type);
      const record = host?.read(outputs);
      if (host === undefined || record === undefined) return [];
      // If a zone can't be listed any more, carry on: the deletion fails and says why.
      const there = await host.recordsAt(record.zone, record.name).catch(() => undefined);
      // The value can't tell several records apart: it may have changed.
      return there !== undefined && !there.some((other) => other.type === record.type) ? [resource] : [];
    }),
  );
  return found.flat();
}

/** The last run already marked it: the engine forgets it once the program no longer registers it. */
function wasLetGo(resource: string, known: ReadonlyMap<string, KnownResource>): boolean {
  const list = known.get(domainOf(resource))?.outputs["letGo"];
  return Array.isArray(list) && list.includes(resource);
}

/** The domain that a resource is named after. */
function domainOf(resource: string): string {
  return resource.slice(0, resource.indexOf("/"));
}

/** The records of one domain. */
export function goneOf(domain: string, gone: readonly string[]): readonly string[] {
  return gone.filter((resource) => domainOf(resource) === domain);
}

/** Stands in for a domain that this run deletes, as the parent of its remaining records. */
class LeavingDomain extends ComponentResource {
  constructor(domain: string, letGo: readonly string[], options: ComponentResourceOptions) {
    super(DOMAIN_COMPONENT, domain, {}, options);
    this.registerOutputs({ letGo });
  }
}

/**
 * Registers records that are gone once more, marked for the engine to forget instead of delete. It forgets them in the
 * next run, which no longer registers them.
 * @param components the domains that this run registers, by name
 */
export function letGo(
  gone: readonly string[],
  known: ReadonlyMap<string, KnownResource>,
  components: ReadonlyMap<string, ComponentResource>,
  publishing: Publishing,
  options: ComponentResourceOptions,
): void {
  for (const domain of new Set(gone.map(domainOf))) {
    const records = goneOf(domain, gone);
    const parent = components.get(domain) ?? new LeavingDomain(domain, records, options);
    for (const resource of records) {
      const { type, outputs } = known.get(resource)!;
      publishing.hostOf(type)!.retain(resource, outputs, { parent });
    }
  }
}
