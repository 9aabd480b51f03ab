import type { StackDomain, StackRetiredKey } from "../contract/stack-outputs.js";
import { TRANSIT_DAYS } from "../kinds/dkim-retired.js";
import type { Reading } from "./ses-reading.js";
import { rfc3339 } from "./timestamp.js";

const DAY_MS = 24 * 60 * 60 * 1000;

interface RegionalReading {
  readonly identity: { readonly region: string };
  readonly reading: Reading;
}

/**
 * What to do about each retired DKIM key of a domain: keep it for now, or delete it. Pure.
 * @param now RFC 3339
 */
export function retiredKeyNotes(
  { retiredKeys = [] }: Pick<StackDomain, "retiredKeys">,
  readings: readonly RegionalReading[],
  now: string,
): string[] {
  return retiredKeys.map((key) => note(key, readings, now));
}

function note(
  { selector, until, since }: StackRetiredKey,
  readings: readonly RegionalReading[],
  now: string,
): string {
  const key = `the retired DKIM key ${selector}`;
  const signing = readings.find(
    ({ reading }) => reading.kind === "found" && reading.tokens?.includes(selector),
  );
  if (signing !== undefined) {
    return `keep ${key}: SES in ${signing.identity.region} still signs with it; run pulumi up --refresh to switch it over`;
  }
  const unknown = readings.find(({ reading }) => reading.kind === "unknown");
  if (unknown !== undefined) {
    return `keep ${key}: SES in ${unknown.identity.region} could not be asked whether it still signs with it`;
  }
  const retired = Date.parse(since);
  if (Number.isNaN(retired)) return `keep ${key}: the stack outputs don't say since when it is retired`;
  const safe = retired + TRANSIT_DAYS * DAY_MS;
  const from = rfc3339(new Date(safe));
  if (Date.parse(now) < safe) {
    return `keep ${key} until ${from}: mail that was signed with it may be in transit for ${TRANSIT_DAYS} days`;
  }
  const wanted = until >= now.slice(0, 10) ? `, though the file wants it until ${until}` : "";
  return `${key} is safe to remove since ${from}: delete its entry in dkim.retired${wanted}`;
}
