import { join } from "node:path";
import type { LoadOptions, SendingDomain } from "../domain/sending-domain.js";
import { isDefaultsFile } from "../file/paths.js";
import type { SourceFile } from "../file/source-file.js";
import { checkDomains } from "../fleet/check-domains.js";
import { PUBLISHER_NAMES, publisherOf } from "../publishers/index.js";
import { ZoneUnread, type ReadContext } from "../publishers/publisher.js";
import type { ImportEntry } from "../state/import-file.js";
import type { Listing } from "../status/ses-reader.js";
import type { Reading } from "../status/ses-reading.js";
import { adoptDomain, type Adopted, type Refused } from "./adopt-domain.js";
import { candidateOf } from "./candidate.js";
import { compareDomain, type ReadIdentity } from "./compare.js";
import { joinFleet } from "./join-fleet.js";
import { LiveZones, type IsOwnStack, type LiveIdentity, type LiveZone } from "./live.js";

/** SES, as far as an import reads it. None of these rejects. */
export interface SesSource {
  list(region: string): Promise<Listing>;
  read(region: string, domain: string): Promise<Reading>;
}

export interface ImportOptions {
  readonly ses: SesSource;
  readonly hosts: ReadContext;
  /** Only these domains; empty: all. */
  readonly names: readonly string[];
  /** In the order in which a domain of several names them: its primary one first. */
  readonly regions: readonly string[];
  /** Folder of the domain files. */
  readonly folder: string;
  /** All files of the folder. */
  readonly present: readonly SourceFile[];
  readonly load: LoadOptions;
  /** What an import file has already. */
  readonly entries: readonly ImportEntry[];
  /** Names of the resources that the stack's state has. */
  readonly inState: ReadonlySet<string>;
  readonly leave: boolean;
  readonly isOwnStack: IsOwnStack;
  /** Called before anything is read one by one. */
  readonly onCost?: (cost: ImportCost) => void;
  readonly onProgress?: (text: string) => void;
  /** Called with what is ready, to be written before more is read. */
  readonly onReady: (ready: Ready) => void;
}

export interface ImportCost {
  readonly seconds: number;
  readonly calls: readonly string[];
}

export interface Ready {
  readonly files: readonly SourceFile[];
  readonly entries: readonly ImportEntry[];
}

export interface ImportReport {
  readonly adopted: readonly Adopted[];
  /** Domains whose file was there, and gives what lives: only what to import was missing. */
  readonly confirmed: readonly string[];
  readonly refused: readonly Refused[];
  /** Domains that an earlier run has finished. */
  readonly skipped: readonly string[];
  /** Identities that are email addresses. */
  readonly addresses: readonly string[];
  /** Domains that were asked for and are in none of the Regions. */
  readonly absent: readonly string[];
  readonly records: number;
}

/** What can't be read at all; the message is for people. */
export class Unread extends Error {
  override readonly name = "Unread";
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly hint?: string | undefined } = {}) {
    super(message, options);
    this.hint = options.hint;
  }
}

/** Domains that are compared with all others, and written, at a time. */
const AT_ONCE = 25;

/**
 * Finds the domain files that give exactly what SES and the DNS hosts have.
 * @throws Unread if SES or a zone can't be listed
 */
export async function importDomains(options: ImportOptions): Promise<ImportReport> {
  const { regions, names, folder, load, entries, onReady } = options;
  const listed = await listIdentities(options);
  const { domains: known, wanted, addresses } = chosen(listed, names);
  const files = new Map(checkDomains(options.present, load).domains.map((one) => [one.domain, one]));
  const imported = new Set([...entries.map(({ parent }) => parent), ...options.inState]);
  const skipped = wanted.filter((name) => files.has(name) && imported.has(name));
  const todo = wanted.filter((name) => !skipped.includes(name));
  const inRegions = (name: string): string[] =>
    regions.filter((region) => known.get(name)?.includes(region) ?? false);
  const zones = await readZones([...todo, ...files.keys()], options, todo.flatMap(inRegions));
  const readings = new Map<string, Reading>();
  const read: ReadIdentity = (region, domain) => readings.get(`${region} ${domain}`);
  const asked = todo.map(async (name) => {
    const regionsOf = inRegions(name);
    const found = await Promise.all(regionsOf.map((region) => options.ses.read(region, name)));
    return { name, found: regionsOf.map((region, index) => ({ region, reading: found[index]! })) };
  });
  const report = { adopted: [] as Adopted[], confirmed: [] as string[], refused: [] as Refused[] };
  let present = options.present;
  let records = 0;
  let ready: Adopted[] = [];
  let more: ImportEntry[] = [];
  const flush = (): void => {
    const result = joinFleet(ready, { present, load, read, zones });
    present = [...present, ...result.joined.map(({ file }) => file)];
    report.adopted.push(...result.joined);
    report.refused.push(...result.refused);
    records += result.joined.reduce((sum, { comparison }) => sum + comparison.records, 0);
    const found = [...more, ...result.more, ...result.joined.flatMap(({ comparison }) => comparison.entries)];
    onReady({ files: result.joined.map(({ file }) => file), entries: found });
    [ready, more] = [[], []];
  };
  for (const one of asked) {
    const { name, found } = await one;
    for (const { region, reading } of found) readings.set(`${region} ${name}`, reading);
    const own = files.get(name);
    if (own !== undefined) {
      const { differences, entries: its, records: count } = compareDomain(own, read, zones);
      if (differences.length > 0) {
        const reasons = differences.map(({ text }) => text);
        report.refused.push({
          domain: name,
          reasons: [`its file ${own.file} says something else`, ...reasons],
        });
      } else {
        report.confirmed.push(name);
        records += count;
        more.push(...its);
      }
    } else {
      const result = adoptOne(name, found, { ...options, folder }, read, zones);
      if ("reasons" in result) report.refused.push(result);
      else ready.push(result);
    }
    if (ready.length + more.length >= AT_ONCE) flush();
  }
  flush();
  const absent = names.filter((name) => !known.has(name));
  return { ...report, skipped, addresses, absent, records };
}

function adoptOne(
  name: string,
  found: readonly { readonly region: string; readonly reading: Reading }[],
  { folder, present, leave }: ImportOptions,
  read: ReadIdentity,
  zones: LiveZones,
): Adopted | Refused {
  const identities: LiveIdentity[] = [];
  for (const { region, reading } of found) {
    if (reading.kind === "found") identities.push({ region, domain: name, reading });
    else {
      const why = reading.kind === "absent" ? "it was deleted just now" : reading.reason;
      return { domain: name, reasons: [`its identity in ${region} could not be read: ${why}`], unread: true };
    }
  }
  const broken = present.find(
    ({ path }) => path === join(folder, `${name}.yaml`) || path === join(folder, `${name}.yml`),
  );
  if (broken !== undefined)
    return {
      domain: name,
      reasons: [`its file ${broken.path} is there, and is not valid: mailstack validate says why`],
    };
  return adoptDomain(
    candidateOf(name, identities, zones, { leave }),
    { path: join(folder, `${name}.yaml`), defaults: present.filter(({ path }) => isDefaultsFile(path)) },
    read,
    zones,
  );
}

async function listIdentities({
  ses,
  regions,
}: ImportOptions): Promise<ReadonlyMap<string, readonly string[]>> {
  const byName = new Map<string, string[]>();
  const listings = await Promise.all(
    regions.map(async (region) => ({ region, listing: await ses.list(region) })),
  );
  for (const { region, listing } of listings) {
    if (listing.kind === "unknown") throw new Unread(`SES in ${region} can't be listed: ${listing.reason}`);
    for (const name of listing.identities.keys()) byName.set(name, [...(byName.get(name) ?? []), region]);
  }
  return byName;
}

function chosen(
  listed: ReadonlyMap<string, readonly string[]>,
  names: readonly string[],
): { domains: ReadonlyMap<string, readonly string[]>; wanted: string[]; addresses: string[] } {
  const domains = new Map([...listed].filter(([name]) => !name.includes("@")));
  const wanted = names.length === 0 ? [...domains.keys()] : names.filter((name) => domains.has(name));
  const addresses = names.length === 0 ? [...listed.keys()].filter((name) => name.includes("@")) : [];
  return { domains, wanted: [...new Set(wanted)].sort(), addresses: addresses.sort() };
}

/**
 * All zones of all hosts, with the records of those that the domains are in.
 * @param identities Region of each identity that is still to be read
 */
async function readZones(
  domains: readonly string[],
  {
    hosts,
    isOwnStack,
    onCost,
    onProgress,
  }: Pick<ImportOptions, "hosts" | "isOwnStack" | "onCost" | "onProgress">,
  identities: readonly string[],
): Promise<LiveZones> {
  const calls: string[] = [];
  const zones: (LiveZone & { read: () => Promise<LiveZone["records"]> })[] = [];
  for (const host of PUBLISHER_NAMES) {
    const { title, host: dns } = publisherOf(host);
    if (dns === undefined) continue;
    const reader = await dns.reader.open(hosts);
    const listed = await unread(`the zones of ${title} can't be listed`, () => reader.zones());
    zones.push(
      ...listed.map((zone) => ({ ...zone, host, records: [], read: () => reader.records(zone.id) })),
    );
    calls.push(
      `the zones of ${title} (it allows ${dns.reader.limit.calls} calls in ${dns.reader.limit.seconds} seconds)`,
    );
  }
  const names = new LiveZones(zones, isOwnStack);
  const needed = new Set(domains.flatMap((domain) => names.above(domain).map(({ id }) => id)));
  const perRegion = new Map<string, number>();
  for (const region of identities) perRegion.set(region, (perRegion.get(region) ?? 0) + 1);
  onCost?.({
    seconds: Math.max(0, ...perRegion.values()),
    calls: [
      ...calls.map((what) => `${needed.size} for ${what}`),
      ...[...perRegion].map(([region, count]) => `${count} to SES in ${region} (it allows one a second)`),
    ],
  });
  let done = 0;
  return new LiveZones(
    await Promise.all(
      zones.map(async ({ read, ...zone }): Promise<LiveZone> => {
        if (!needed.has(zone.id)) return zone;
        const records = await unread(`the records of the zone ${zone.name} can't be listed`, read);
        onProgress?.(`${++done} of ${needed.size} zones read`);
        return { ...zone, records };
      }),
    ),
    isOwnStack,
  );
}

async function unread<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ZoneUnread)) throw error;
    throw new Unread(`${what}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

export interface CheckReport {
  readonly domains: number;
  readonly records: number;
  readonly differences: readonly Refused[];
}

/**
 * Compares what domain files give with what lives, every identity by itself.
 * @throws Unread if a zone can't be listed
 */
export async function checkAgainstLive(
  domains: readonly SendingDomain[],
  options: Pick<ImportOptions, "ses" | "hosts" | "isOwnStack" | "onCost" | "onProgress">,
): Promise<CheckReport> {
  const identities = domains.flatMap((domain) => domain.identities.map(({ region }) => ({ region, domain })));
  const zones = await readZones(
    domains.map(({ domain }) => domain),
    options,
    identities.map(({ region }) => region),
  );
  const readings = new Map<string, Reading>();
  await Promise.all(
    identities.map(async ({ region, domain: { domain } }) => {
      readings.set(`${region} ${domain}`, await options.ses.read(region, domain));
    }),
  );
  const read: ReadIdentity = (region, domain) => readings.get(`${region} ${domain}`);
  const compared = domains.map((domain) => ({ domain, ...compareDomain(domain, read, zones) }));
  return {
    domains: domains.length,
    records: compared.reduce((sum, { records }) => sum + records, 0),
    differences: compared
      .filter(({ differences }) => differences.length > 0)
      .map(({ domain, differences }) => ({
        domain: domain.domain,
        reasons: differences.map(({ text }) => text),
      })),
  };
}
