import { isDeepStrictEqual } from "node:util";
import type { SendingDomain } from "../domain/sending-domain.js";
import { groupBy } from "../file/group-by.js";
import { fillRecord } from "../kinds/dkim.js";
import { recordsOf, type MailRecord } from "../kinds/index.js";
import { resourceNames } from "../kinds/resource-names.js";
import type { Found } from "../status/ses-reading.js";
import { describedSets } from "../domain/described-sets.js";
import { destinationDefinition } from "./configuration-sets.js";
import { publicKeyOf, type SigningKeys } from "./dkim-keys.js";
import { regionalId } from "../state/import-file.js";
import { setDestinations, setTags } from "./known-sets.js";
import type { SesAccess } from "./live-status.js";
import { isOwn, ownerOf, stackName } from "./ownership.js";
import { someOf } from "../file/some-of.js";
import type { KnownResource } from "./stack-state.js";
import type { HostRecord } from "../publishers/publisher.js";
import type { Publishing } from "./publishing.js";

/** What exists in the services but not in the stack's state. */
export interface Adoption {
  /** Ids for the option `import`, by name of the resource. */
  readonly ids: ReadonlyMap<string, string>;
  /** Identities that somebody else created, as SES shows them, by name of the resource. */
  readonly foreign: ReadonlyMap<string, Found>;
  /** What says that another stack manages it. */
  readonly claimed: readonly Claim[];
}

/** An identity or a record that another stack of this program created. */
export interface Claim {
  /** `project/stack`. */
  readonly owner: string;
  /** For people. */
  readonly what: string;
}

export interface AdoptionSources {
  readonly fleet: readonly SendingDomain[];
  /** The domains whose configuration sets the stack creates. */
  readonly describing: readonly SendingDomain[];
  /** The stack's resources, by name. */
  readonly known: ReadonlyMap<string, KnownResource>;
  readonly ses: SesAccess;
  readonly publishing: Publishing;
  readonly keys: SigningKeys;
  /** Whether to read each new identity on its own if SES can't list identities. */
  readonly dryRun: boolean;
}

/**
 * Finds what a killed run created but could not record, and records that already exist exactly as they would be
 * created: the DNS host would refuse a duplicate. Resources in the state are not looked up.
 * @throws ZoneUnread
 */
export async function findExisting(sources: AdoptionSources): Promise<Adoption> {
  const identities = await existingIdentities(sources);
  const own = [...identities].filter(([, { reading }]) => isOwn(reading.tags));
  const tokens = new Map(own.map(([name, { reading }]) => [name, reading.tokens ?? []]));
  const records = await existingRecords(sources, tokens);
  const theirs = records.filter(({ record }) => isClaimed(record.stack));
  const ids = new Map([
    ...own.map(([name, { domain, region }]) => [name, regionalId(domain, region)] as const),
    ...(await existingSets(sources)),
    ...records
      .filter(({ record }) => !isClaimed(record.stack))
      .map(({ resource, record }) => [resource, record.importId] as const),
  ]);
  const foreign = [...identities].filter(([, { reading }]) => !isOwn(reading.tags));
  const claimed = [
    ...foreign.flatMap(([, { domain, region, reading }]) => {
      const owner = ownerOf(reading.tags);
      return owner === undefined ? [] : [{ owner, what: `the SES identity ${domain} in ${region}` }];
    }),
    ...theirs.map(({ record }) => ({
      owner: record.stack!,
      what: `the ${record.type} record ${record.name}`,
    })),
  ];
  return { ids, foreign: new Map(foreign.map(([name, { reading }]) => [name, reading])), claimed };
}

/** A record that names no stack is older than the mark, or somebody wrote it by hand. */
function isClaimed(stack: string | undefined): boolean {
  return stack !== undefined && stack !== stackName();
}

/** What stops the run: another stack manages what this one is to create. One problem for each such stack. */
export function claimProblems({ claimed }: Pick<Adoption, "claimed">): string[] {
  return [...groupBy(claimed, ({ owner }) => owner)].map(
    ([owner, claims]) =>
      `${owner}, another stack, created ${someOf(claims.map(({ what }) => what))}, and may still manage that.\n` +
      "  hint: if its domain moves to this stack, hand it over: `mailstack stacks --moves` prints the commands. " +
      "If that stack is gone for good, docs/stacks.md says how to take over what it left",
  );
}

interface ExistingIdentity {
  readonly domain: string;
  readonly region: string;
  readonly reading: Found;
}

async function existingIdentities({
  fleet,
  known,
  ses,
  dryRun,
}: AdoptionSources): Promise<ReadonlyMap<string, ExistingIdentity>> {
  const fresh = fleet.flatMap(({ domain, identities }) =>
    identities.map(({ region }) => ({ domain, region, name: resourceNames.identity(domain, region) })),
  );
  const byRegion = groupBy(
    fresh.filter(({ name }) => !known.has(name)),
    ({ region }) => region,
  );
  const found = await Promise.all(
    [...byRegion].map(async ([region, news]) => {
      const listing = await ses.list?.(region);
      const listed = listing?.kind === "listed" ? listing.identities : undefined;
      // In an update SES itself refuses what exists. Reading many one by one would take a second each.
      const asked = listed === undefined && ses.list !== undefined && !dryRun ? [] : news;
      return Promise.all(
        asked
          .filter(({ domain }) => listed?.has(domain) ?? true)
          .map(async (identity) => ({
            ...identity,
            reading: await ses.reader.read(region, identity.domain),
          })),
      );
    }),
  );
  return new Map(
    found
      .flat()
      .flatMap(({ name, domain, region, reading }) =>
        reading.kind === "found" ? [[name, { domain, region, reading }] as const] : [],
      ),
  );
}

/** The configuration sets that this stack created, and their event destinations. */
async function existingSets({
  describing,
  known,
  ses: { api },
}: AdoptionSources): Promise<[string, string][]> {
  if (api === undefined) return [];
  const adopted = await Promise.all(
    [...describedSets(describing).values()].map(
      async ({ region, name, options }): Promise<[string, string][]> => {
        const resource = resourceNames.configurationSet(region, name);
        const isNew = !known.has(resource);
        if (isNew && !isOwn(await setTags(api, region, name))) return [];
        const wanted = options.eventDestinations
          .map((destination) => ({
            destination,
            resource: resourceNames.eventDestination(region, name, destination.name),
          }))
          .filter(({ resource }) => !known.has(resource));
        const existing = wanted.length === 0 ? [] : await setDestinations(api, region, name);
        const same = wanted.filter(({ destination }) =>
          existing.some(({ Name, ...definition }) => {
            if (Name !== destination.name) return false;
            return isDeepStrictEqual(inOneOrder(definition), inOneOrder(destinationDefinition(destination)));
          }),
        );
        return [
          ...(isNew ? [[resource, regionalId(name, region)] as [string, string]] : []),
          ...same.map(({ destination, resource }): [string, string] => [
            resource,
            regionalId(`${name}|${destination.name}`, region),
          ]),
        ];
      },
    ),
  );
  return adopted.flat();
}

function inOneOrder({ MatchingEventTypes, ...rest }: { readonly MatchingEventTypes?: unknown }): unknown {
  return { Enabled: false, ...rest, MatchingEventTypes: [...(MatchingEventTypes as string[])].sort() };
}

interface ExistingRecord {
  /** Name of the resource that it is to become. */
  readonly resource: string;
  readonly record: HostRecord;
}

async function existingRecords(
  { fleet, known, publishing, keys }: AdoptionSources,
  adoptedTokens: ReadonlyMap<string, readonly string[]>,
): Promise<ExistingRecord[]> {
  const found = await Promise.all(
    fleet.flatMap((domain) =>
      recordsOf(domain).map(async (planned): Promise<ExistingRecord[]> => {
        const { resource } = planned;
        const place = publishing.placeOf(domain, planned);
        if (known.has(resource) || place === undefined) return [];
        const record = withValues(planned, domain.domain, known, adoptedTokens, keys);
        if (record === undefined) return [];
        const same = (await place.host.recordsAt(place.zone, record.name)).find((other) =>
          isSame(other, record),
        );
        return same === undefined ? [] : [{ resource, record: same }];
      }),
    ),
  );
  return found.flat();
}

/** The record with the values that only SES and the stack's configuration have; undefined if they aren't known yet. */
function withValues(
  record: MailRecord,
  domain: string,
  known: AdoptionSources["known"],
  adoptedTokens: ReadonlyMap<string, readonly string[]>,
  keys: SigningKeys,
): MailRecord | undefined {
  const identity = resourceNames.identity(domain, record.region ?? "");
  const tokens = adoptedTokens.get(identity) ?? tokensOf(known.get(identity));
  return fillRecord(record, { tokens, ...publicKeyOf(record, keys) });
}

function tokensOf(identity: KnownResource | undefined): readonly string[] {
  const attributes = identity?.outputs["dkimSigningAttributes"] as { tokens?: readonly string[] } | undefined;
  return attributes?.tokens ?? [];
}

type WantedRecord = Pick<MailRecord, "type" | "name" | "value" | "ttl">;

/** Whether a DNS host has the record exactly as it would be created, and it belongs to nobody else. Pure. */
export function isSame(
  published: Omit<HostRecord, "zone" | "importId" | "shown" | "alias" | "stack">,
  wanted: WantedRecord,
): boolean {
  return (
    published.type === wanted.type &&
    published.name === wanted.name &&
    published.value === wanted.value &&
    published.ttl === wanted.ttl &&
    published.plain &&
    published.owner === undefined
  );
}

/** The line for a run's output; undefined when nothing is adopted. */
export function adoptionNotice({ ids }: Adoption): string | undefined {
  if (ids.size === 0) return undefined;
  const what =
    ids.size === 1 ? "1 existing resource that matches" : `${ids.size} existing resources that match`;
  return `Adopting ${what} the domain files: ${someOf([...ids.keys()])}`;
}
