import type { OwnIdentity } from "./state.js";

/** What a comparison costs at least. */
export interface Cost {
  /** Calls by service, for people: each with its limit. */
  readonly calls: readonly string[];
  readonly seconds: number;
}

export interface CostInput {
  /** By host: its name in messages, the zones to read, and the calls that it allows. */
  readonly hosts: readonly {
    readonly title: string;
    readonly zones: number;
    readonly limit: { readonly calls: number; readonly seconds: number };
  }[];
  readonly identities: readonly OwnIdentity[];
  readonly deep: boolean;
}

/** Identities on a page of ListEmailIdentities (API reference). */
const LISTED = 1000;
/** Seconds that a zone takes; several are read at the same time. */
const SECONDS_PER_ZONE = 0.1;

/**
 * What a comparison costs before it starts: one call for each zone, one for each 1,000 identities, and where all
 * identities are read, one a second for each. Identities that are not settled cost one more each; SES says which only
 * then. Pure.
 */
export function costOf({ hosts, identities, deep }: CostInput): Cost {
  const regions = new Map<string, number>();
  for (const { region } of identities) regions.set(region, (regions.get(region) ?? 0) + 1);
  const ses = [...regions].map(([region, count]) => ({
    region,
    calls: Math.ceil(count / LISTED) + (deep ? count : 0),
  }));
  const zoneSeconds = hosts.map(
    ({ zones, limit }) => zones * SECONDS_PER_ZONE + Math.floor((zones - 1) / limit.calls) * limit.seconds,
  );
  return {
    calls: [
      ...hosts.map(({ title, zones, limit }) => {
        return `${zones} to ${title} (it allows ${limit.calls} in ${limit.seconds} seconds)`;
      }),
      ...ses.map(({ region, calls }) => `${calls} to SES in ${region} (it allows one a second)`),
    ],
    seconds: Math.ceil(Math.max(0, ...zoneSeconds, ...ses.map(({ calls }) => calls))),
  };
}
