/** What is wrong with a zone, and what to do. */
export interface ZoneFault {
  readonly problem: string;
  readonly hint: string;
}

const UNKNOWN = /\b(7003|1001)\b|404 Not Found|Could not route/;
const REFUSED =
  /\b(9109|10000|6003|1000[01])\b|\b40[13] (Unauthorized|Forbidden)|[Aa]uthentication|Invalid API Token/;

/** @param label the zone, as messages name it */
export function missing(label: string): ZoneFault {
  return {
    problem: `there is no Cloudflare zone ${label} that this token can see`,
    hint: "create the zone, name the right one with zone: or zoneId:, or give the token (CLOUDFLARE_API_TOKEN) Zone Read permission for it",
  };
}

/** Why a call about a zone failed. @param message of a provider */
export function failure(label: string, message: string): ZoneFault {
  if (UNKNOWN.test(message)) return missing(label);
  if (REFUSED.test(message)) {
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

/**
 * Why a zone could not be read, without the zone's name: many may have one cause.
 * @param error of Cloudflare's client
 * @param blockedFor seconds until Cloudflare takes calls again
 */
export function unreadable(error: unknown, blockedFor: number | undefined): ZoneFault {
  const message = error instanceof Error ? error.message : String(error);
  if (blockedFor !== undefined) {
    return {
      problem:
        "Cloudflare blocks all calls of this user: more than 1,200 were made in five minutes, by this command or others",
      hint: `run the command again in ${blockedFor} seconds`,
    };
  }
  if (UNKNOWN.test(message)) {
    return {
      problem: "Cloudflare has no such zone, or does not show it to this token",
      hint: "give the token (CLOUDFLARE_API_TOKEN) DNS Read permission for the zone; if the zone was deleted, create it again and run pulumi up",
    };
  }
  if (REFUSED.test(message)) {
    return {
      problem: `Cloudflare does not let this token read the zone's records: ${brief(message)}`,
      hint: "set CLOUDFLARE_API_TOKEN to a token with DNS Read permission for the zone",
    };
  }
  return {
    problem: `Cloudflare could not be asked: ${brief(message)}`,
    hint: "run the command again once the service is reachable",
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
