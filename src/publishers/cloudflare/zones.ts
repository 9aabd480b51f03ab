import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getZone } from "@pulumi/cloudflare/getZone.js";
import { getZones } from "@pulumi/cloudflare/getZones.js";
import type { SendingDomain } from "../../domain/sending-domain.js";
import { canonicalName, isAtOrBelow } from "../../file/names.js";
import { someOf } from "../../file/some-of.js";
import { groupBy } from "../../file/group-by.js";
import type { HostZone } from "../publisher.js";
import { describeProblem } from "../../file/describe-problem.js";

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
 * Finds the Cloudflare zone of every domain, with one call per zone. An unusable zone throws nothing: the problems of
 * all zones are returned, to be shown together.
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
  await Promise.all(
    [...users].map(async ([key, domains]) => {
      const found = await findZone(domains[0]!, options);
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

type Found = { zone: HostZone; warning?: string; hint: string } | { problem: string; hint: string };

async function findZone({ zone }: SendingDomain, options: InvokeOptions): Promise<Found> {
  const label = "id" in zone ? `with id ${zone.id}` : zone.name;
  try {
    const candidates =
      "id" in zone
        ? [await getZone({ zoneId: zone.id }, options)]
        : (await getZones({ name: zone.name }, options)).results;
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
  } catch (error) {
    return failure(label, error instanceof Error ? error.message : String(error));
  }
}

/** Cloudflare names a zone in Unicode (`bücher.de`), and its records in Punycode. */
function asciiName(name: string): string {
  const result = canonicalName(name);
  return "name" in result ? result.name : name.toLowerCase();
}

function usable(zone: HostZone, status: string): Found {
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

function missing(label: string): { problem: string; hint: string } {
  return {
    problem: `there is no Cloudflare zone ${label} that this token can see`,
    hint: "create the zone, name the right one with zone: or zoneId:, or give the token (CLOUDFLARE_API_TOKEN) Zone Read permission for it",
  };
}

function failure(label: string, message: string): { problem: string; hint: string } {
  if (/\b(7003|1001)\b|404 Not Found|Could not route/.test(message)) return missing(label);
  if (
    /\b(9109|10000|6003|1000[01])\b|\b40[13] (Unauthorized|Forbidden)|[Aa]uthentication|Invalid API Token/.test(
      message,
    )
  ) {
    return {
      problem: `Cloudflare does not let this token see the zone ${label}: ${brief(message)}`,
      hint: "set CLOUDFLARE_API_TOKEN to a token with Zone Read and DNS Write permissions for the zone",
    };
  }
  return {
    problem: `the Cloudflare zone ${label} could not be looked up: ${brief(message)}`,
    hint: "nothing was changed; try again once the service is reachable",
  };
}

/** Why the records of a zone could not be listed, and what to do. @param error of a provider */
export function recordsUnread(zone: string, error: unknown): string {
  const { problem, hint } = failure(
    `${zone} (its records)`,
    error instanceof Error ? error.message : String(error),
  );
  return `${problem}\n  hint: ${hint}`;
}

/** The service's own words from a provider's error, which repeats the whole answer. */
function brief(message: string): string {
  const words = [...message.matchAll(/"message"\s*:\s*"([^"]+)"/g)].map((match) => match[1]!);
  const text =
    words.length > 0 ? words.join("; ") : (message.split("\n").find((line) => line.trim() !== "") ?? "");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function describe(domains: readonly SendingDomain[], message: string, hint: string): string {
  const domain = domains[0]!;
  const place = domain.locate(["id" in domain.zone ? "zoneId" : "zone"]);
  const others = domains.length - 1;
  const more = others === 0 ? "" : ` (and ${others} other domain${others === 1 ? "" : "s"} in it)`;
  return describeProblem(place, `${message}${more}`, hint);
}
