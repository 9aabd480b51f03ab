import { someOf } from "../file/some-of.js";
import { groupBy } from "../file/group-by.js";
import { publisherOf } from "../publishers/index.js";
import { ZoneUnread, type ReadContext, type ZoneReader } from "../publishers/publisher.js";
import { identityKey } from "../status/fleet-reader.js";
import type { Reading } from "../status/ses-reading.js";
import type { Listing, SetListing, SetReading } from "../status/ses-reader.js";
import { compareZone } from "./compare-records.js";
import { compareIdentity, compareSet, goneIdentity, goneSet, unverified } from "./compare-ses.js";
import { costOf, type Cost } from "./cost.js";
import type { Finding, Unchecked } from "./finding.js";
import type { OwnIdentity, OwnRecord, OwnSet, OwnState } from "./state.js";

/** SES, as far as it is read. None of these rejects. */
export interface SesSource {
  list(region: string): Promise<Listing>;
  read(region: string, domain: string): Promise<Reading>;
  sets(region: string): Promise<SetListing>;
  set(region: string, name: string): Promise<SetReading>;
}

export interface DriftOptions {
  readonly ses: SesSource;
  readonly hosts: ReadContext;
  /** Only these domains; absent: all, and what belongs to the stack. */
  readonly domains?: ReadonlySet<string>;
  /** Read every identity and set by itself. */
  readonly deep: boolean;
  /** Identities that SES had verified at the last update: Region and domain as {@link identityKey} joins them. */
  readonly verified: ReadonlySet<string>;
  /** Called before anything is asked. */
  readonly onCost?: (cost: Cost) => void;
  readonly onProgress?: (text: string) => void;
}

export interface DriftReport {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** Resources, zones and identities that were compared. */
  readonly checked: { readonly records: number; readonly zones: number; readonly identities: number };
}

interface Part {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  readonly checked?: Partial<DriftReport["checked"]>;
}

/** Compares a stack's state with the services, in bulk. What can't be asked is reported, and never as drift. */
export async function findDrift(state: OwnState, options: DriftOptions): Promise<DriftReport> {
  const { domains, deep } = options;
  const isMeant = ({ domain }: { readonly domain?: string }): boolean =>
    domains === undefined || (domain !== undefined && domains.has(domain));
  const identities = state.identities.filter(isMeant);
  const sets = state.sets.filter(isMeant);
  const zones = [...groupBy(state.records, ({ host, zone }) => `${host} ${zone}`).values()].filter(
    (records) => records.some(isMeant),
  );
  const byHost = groupBy(zones, ([record]) => record!.host);
  options.onCost?.(
    costOf({
      hosts: [...byHost.values()].map((zones) => {
        const { title, host } = publisherOf(zones[0]![0]!.host);
        return { title, zones: zones.length, limit: host!.reader.limit };
      }),
      identities,
      deep,
    }),
  );
  const parts = await Promise.all([
    ...[...byHost.values()].map((zones) => compareZones(zones, isMeant, options)),
    ...[...groupBy(identities, ({ region }) => region)].map(([region, own]) =>
      compareRegion(region, own, options),
    ),
    ...[...groupBy(sets, ({ region }) => region)].map(([region, own]) => compareSets(region, own, options)),
  ]);
  const unchecked = parts.flatMap((part) => part.unchecked);
  return {
    findings: parts
      .flatMap((part) => part.findings)
      .filter(isMeant)
      .sort(inOrder),
    unchecked: [...unchecked].sort((a, b) => (a.what < b.what ? -1 : 1)),
    checked: {
      records: sum(parts, "records"),
      zones: sum(parts, "zones"),
      identities: sum(parts, "identities"),
    },
  };
}

/** By domain, what belongs to the stack last; then by resource. */
function inOrder(a: Finding, b: Finding): number {
  const key = ({ domain, resource, kind }: Finding) => [domain === undefined ? 1 : 0, domain, resource, kind];
  const [first, second] = [key(a).join(" "), key(b).join(" ")];
  return first < second ? -1 : first > second ? 1 : 0;
}

function sum(parts: readonly Part[], key: "records" | "zones" | "identities"): number {
  return parts.reduce((total, part) => total + (part.checked?.[key] ?? 0), 0);
}

async function compareZones(
  zones: readonly (readonly OwnRecord[])[],
  isMeant: (record: OwnRecord) => boolean,
  { hosts, onProgress }: DriftOptions,
): Promise<Part> {
  const { title, host } = publisherOf(zones[0]![0]!.host);
  let reader: Promise<ZoneReader> | undefined;
  let done = 0;
  const parts = await Promise.all(
    zones.map(async (own): Promise<Part> => {
      try {
        reader ??= host!.reader.open(hosts);
        const live = await (await reader).records(own[0]!.zone);
        const checked = { zones: 1, records: own.filter(isMeant).length };
        return { findings: compareZone(own, live, title), unchecked: [], checked };
      } catch (error) {
        if (!(error instanceof ZoneUnread)) throw error;
        const { message: reason, hint } = error;
        const what = `the zone ${zoneLabel(own)}`;
        return { findings: [], unchecked: [{ what, resources: own.length, reason, ...(hint && { hint }) }] };
      } finally {
        onProgress?.(`${title}: ${++done} of ${zones.length} zones`);
      }
    }),
  );
  return joined(parts);
}

/** A zone by what it holds of ours: the state doesn't know its name. */
function zoneLabel(own: readonly OwnRecord[]): string {
  const domains = [...new Set(own.flatMap(({ domain }) => domain ?? []))].sort();
  return domains.length === 0 ? own[0]!.zone : `${own[0]!.zone} (${someOf(domains, { most: 3 })})`;
}

async function compareRegion(
  region: string,
  own: readonly OwnIdentity[],
  { ses, deep, verified, onProgress }: DriftOptions,
): Promise<Part> {
  const listing = await ses.list(region);
  if (listing.kind === "unknown") return unread(`SES in ${region}`, own, listing);
  const parts = own.map(async (identity): Promise<Part> => {
    const listed = listing.identities.get(identity.domain);
    const checked = { identities: 1 };
    if (listed === undefined) return { findings: [goneIdentity(identity)], unchecked: [], checked };
    const settled = listed.state === "SUCCESS";
    const lapsed = !settled && verified.has(identityKey(region, identity.domain));
    const known = lapsed ? [unverified(identity, listed.state)] : [];
    if (settled && !deep) return { findings: known, unchecked: [], checked };
    const reading = await ses.read(region, identity.domain);
    if (reading.kind === "absent") return { findings: [goneIdentity(identity)], unchecked: [], checked };
    if (reading.kind === "found") {
      return { findings: [...known, ...compareIdentity(identity, reading)], unchecked: [], checked };
    }
    const { unchecked } = unread(`the identity ${identity.domain} in ${region}`, [identity], {
      reason: reading.reason,
      ...(reading.remedy !== undefined && { hint: reading.remedy }),
    });
    return { findings: known, unchecked };
  });
  onProgress?.(`SES ${region}: ${own.length} identities listed`);
  return joined(await Promise.all(parts));
}

async function compareSets(
  region: string,
  own: readonly OwnSet[],
  { ses, deep }: DriftOptions,
): Promise<Part> {
  const listing = await ses.sets(region);
  if (listing.kind === "unknown") return unread(`the configuration sets in ${region}`, own, listing);
  const parts = own.map(async (set): Promise<Part> => {
    if (!listing.names.has(set.set)) return { findings: [goneSet(set)], unchecked: [] };
    if (!deep) return { findings: [], unchecked: [] };
    const reading = await ses.set(region, set.set);
    return reading.kind === "found"
      ? { findings: compareSet(set, reading.set, reading.destinations), unchecked: [] }
      : unread(`the configuration set ${set.set} in ${region}`, [set], reading);
  });
  return joined(await Promise.all(parts));
}

function unread(
  what: string,
  own: readonly object[],
  { reason, hint }: { readonly reason: string; readonly hint?: string },
): Part {
  const unchecked = { what, resources: own.length, reason, ...(hint !== undefined && { hint }) };
  return { findings: [], unchecked: [unchecked] };
}

function joined(parts: readonly Part[]): Part {
  return {
    findings: parts.flatMap(({ findings }) => findings),
    unchecked: parts.flatMap(({ unchecked }) => unchecked),
    checked: {
      records: sum(parts, "records"),
      zones: sum(parts, "zones"),
      identities: sum(parts, "identities"),
    },
  };
}

/** URNs to refresh, each once, in the order of the findings. */
export function refreshTargets({ findings }: Pick<DriftReport, "findings">): string[] {
  return [...new Set(findings.flatMap(({ refresh }) => refresh))];
}
