import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getZone } from "@pulumi/cloudflare/getZone.js";
import { getZones } from "@pulumi/cloudflare/getZones.js";
import { locate } from "../../domain/locate.js";
import type { SendingDomain } from "../../domain/sending-domain.js";
import { isAtOrBelow } from "../../file/names.js";
import { someOf } from "../../file/some-of.js";
import { groupBy } from "../../file/group-by.js";
import type { HostZone } from "../publisher.js";
import { describeProblem } from "../../file/describe-problem.js";
import { asciiName } from "./ascii-name.js";
import { listZones, NO_LISTING, type ProviderZone, type ZoneListing } from "./zone-listing.js";
import { failure, missing, type ZoneFault } from "./zone-problems.js";

export interface ZoneLookup {
  /** By {@link zoneKey}. */
  readonly zones: ReadonlyMap<string, HostZone>;
  /** Each with file, line and what to do. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export function zoneKey({ zone }: SendingDomain): string {
  return "id" in zone ? `id:${zone.id}` : zone.name;
}

/**
 * Finds the Cloudflare zone of every domain: many in pages, few one by one. An unusable zone throws nothing: the
 * problems of all zones are returned, to be shown together.
 */
export async function lookUpZones(
  domains: readonly SendingDomain[],
  options: InvokeOptions,
): Promise<ZoneLookup> {
  const users = new Map<string, SendingDomain[]>();
  for (const domain of domains) {
    const key = zoneKey(domain);
    users.set(key, [...(users.get(key) ?? []), domain]);
  }
  const zones = new Map<string, HostZone>();
  const problems: ZoneProblem[] = [];
  const warnings: ZoneProblem[] = [];
  // Whatever stops the listing stops the look-ups by name too, or concerns the listing alone.
  const listing = await listZones(callsFor([...users.values()]), options).catch(() => NO_LISTING);
  await Promise.all(
    [...users].map(async ([key, domains]) => {
      const found = await findZone(domains[0]!, listing, options);
      if ("problem" in found) {
        problems.push({ domains, text: found.problem, hint: found.hint });
        return;
      }
      if (found.warning !== undefined) warnings.push({ domains, text: found.warning, hint: found.hint });
      for (const domain of domains) {
        if (!isAtOrBelow(domain.domain, found.zone.name)) {
          problems.push({
            domains: [domain],
            text: `${domain.domain} is not in the Cloudflare zone ${found.zone.name}`,
            hint: "write the name of the zone that contains the domain as zone:, or its id as zoneId:",
          });
        }
      }
      zones.set(key, found.zone);
    }),
  );
  return { zones, problems: describeAll(problems), warnings: describeAll(warnings) };
}

/** Calls to look zones up one by one: by name the provider's `getZones` also asks for an empty second page. */
function callsFor(users: readonly (readonly SendingDomain[])[]): number {
  return users.reduce((sum, [domain]) => sum + ("id" in domain!.zone ? 1 : 2), 0);
}

interface ZoneProblem {
  /** The domains that can't be published because of the problem. */
  readonly domains: readonly SendingDomain[];
  readonly text: string;
  readonly hint: string;
}

/** At most this many zones with the same problem get a file and line: a token may see none of a thousand zones. */
const TOLD = 5;

function describeAll(problems: readonly ZoneProblem[]): string[] {
  const sorted = problems
    .map((problem) => ({ ...problem, shown: describe(problem.domains, problem.text, problem.hint) }))
    .sort((a, b) => (a.shown < b.shown ? -1 : 1));
  const alike = groupBy(sorted, ({ domains, text, hint }) => {
    const { zone, domain } = domains[0]!;
    return [text.replaceAll("id" in zone ? zone.id : zone.name, "…").replaceAll(domain, "…"), hint].join(
      "\n",
    );
  });
  return [...alike.values()].flatMap((group) => {
    const others = group.slice(TOLD).flatMap(({ domains }) => domains.map(({ domain }) => domain));
    const more = others.length === 0 ? [] : [`the same for ${others.length} more: ${someOf(others)}`];
    return [...group.slice(0, TOLD).map(({ shown }) => shown), ...more];
  });
}

type FoundZone = { zone: HostZone; warning?: string; hint: string } | ZoneFault;

async function findZone(
  { zone }: SendingDomain,
  listing: ZoneListing,
  options: InvokeOptions,
): Promise<FoundZone> {
  const label = "id" in zone ? `with id ${zone.id}` : zone.name;
  try {
    const candidates =
      "id" in zone
        ? [listing.withId(zone.id) ?? (await getZone({ zoneId: zone.id }, options))]
        : (listing.named(zone.name) ?? (await getZones({ name: zone.name }, options)).results);
    return choose(candidates, label);
  } catch (error) {
    return failure(label, error instanceof Error ? error.message : String(error));
  }
}

function choose(candidates: readonly ProviderZone[], label: string): FoundZone {
  const [only] = candidates;
  if (only === undefined) return missing(label);
  if (candidates.length > 1) {
    const ids = someOf(candidates.map(({ id, account }) => `${id} (account ${account.name})`));
    return {
      problem: `there are ${candidates.length} Cloudflare zones ${label}: ${ids}`,
      hint: "write the id of the right one as zoneId:",
    };
  }
  return usable({ id: only.id, name: asciiName(only.name) }, only.status);
}

function usable(zone: HostZone, status: string): FoundZone {
  if (status === "active") return { zone, hint: "" };
  const hint =
    "delegate the domain to the zone's name servers at its registrar, or write dns: manual to publish the records elsewhere";
  if (status === "moved") {
    return {
      zone,
      warning: `the Cloudflare zone ${zone.name} has moved away: its records don't resolve`,
      hint,
    };
  }
  return {
    problem: `the Cloudflare zone ${zone.name} is ${status}, not active: its records don't resolve`,
    hint,
  };
}

function describe(domains: readonly SendingDomain[], message: string, hint: string): string {
  const domain = domains[0]!;
  const place = locate(domain, ["id" in domain.zone ? "zoneId" : "zone"]);
  const others = domains.length - 1;
  const more = others === 0 ? "" : ` (and ${others} other domain${others === 1 ? "" : "s"} in it)`;
  return describeProblem(place, `${message}${more}`, hint);
}
