import { ComponentResource } from "@pulumi/pulumi/resource.js";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource.js";
import { DOMAIN_COMPONENT, type KnownResource } from "./stack-state.js";
import type { Publishing } from "./publishing.js";

/**
 * Records that this update would delete and that their host no longer has: a run that was killed has deleted them, or
 * somebody has by hand. A provider fails to delete what is gone.
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
      const host = publishing.hostOf(type);
      const record = host?.read(outputs);
      if (host === undefined || record === undefined) return [];
      if (wanted.has(resource) || wasLetGo(resource, known)) return [];
      // A zone that can't be listed any more is no reason to stop; the deletion fails then, and says why.
      const there = await host.recordsAt(record.zone, record.name).catch(() => undefined);
      // Which of several it was, its value does not tell: it may have been changed.
      return there !== undefined && !there.some((other) => other.type === record.type) ? [resource] : [];
    }),
  );
  return found.flat();
}

/** The last run has marked it already: the engine forgets it once it hears of it no more. */
function wasLetGo(resource: string, known: ReadonlyMap<string, KnownResource>): boolean {
  const list = known.get(domainOf(resource))?.outputs["letGo"];
  return Array.isArray(list) && list.includes(resource);
}

/** The domain that a resource is named after. */
function domainOf(resource: string): string {
  return resource.slice(0, resource.indexOf("/"));
}

/** The records among them that are of one domain. */
export function goneOf(domain: string, gone: readonly string[]): readonly string[] {
  return gone.filter((resource) => domainOf(resource) === domain);
}

/** Stands for a domain that goes with this run, as the parent of what is left of it. */
class LeavingDomain extends ComponentResource {
  constructor(domain: string, letGo: readonly string[], options: ComponentResourceOptions) {
    super(DOMAIN_COMPONENT, domain, {}, options);
    this.registerOutputs({ letGo });
  }
}

/**
 * Registers records that are gone once more, marked so that the engine only forgets them. It does so in the next run,
 * which no longer speaks of them.
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
