import { nextStep } from "./advice.js";
import type { Delegation, DnsChecker } from "./dns/dns-checker.js";
import { FleetReader, identityKey } from "./fleet-reader.js";
import { expectationOf, identitiesOf, unpublishedTokens } from "./identities.js";
import type { StackIdentity } from "./identities.js";
import type { StackDomain, Verdict } from "../contract/stack-outputs.js";
import type { Reading } from "./ses-reading.js";
import { lastOkAt, type KnownIdentity } from "./record-age.js";
import { isBroken, isDecayed } from "../contract/condition.js";
import type { DomainReport, RecordReport } from "./domain-report.js";
import type { IdentityReader, SesReader } from "./ses-reader.js";
import { DEFAULT_PUBLISHER, publisherOf } from "../publishers/index.js";
import { retiredKeyNotes } from "./retired-keys.js";
import { timestamp } from "./timestamp.js";
import { judge, worstOf } from "./verdict.js";

/** A domain's report, and what SES said of each of its identities. */
export interface Inspection {
  readonly report: DomainReport;
  readonly readings: readonly { readonly identity: StackIdentity; readonly reading: Reading }[];
}

export interface InspectOptions {
  readonly ses: Pick<SesReader, "read" | "list">;
  readonly dns: DnsChecker;
  /** Ask SES for each domain by itself, also for those that were Verified; default false. */
  readonly thorough?: boolean;
  /** RFC 3339; default: the clock's. */
  readonly now?: () => string;
}

/** Checks SES and DNS for every domain. Never rejects: reports what can't be checked. */
export function inspect(domains: readonly StackDomain[], options: InspectOptions): Promise<Inspection[]> {
  const { ses, dns, thorough = false, now = timestamp } = options;
  const previous = domains.flatMap((domain) =>
    identitiesOf(domain).map(({ region }) => [identityKey(region, domain.domain), domain] as const),
  );
  const fleet = thorough ? ses : new FleetReader(ses, { previous: new Map(previous) });
  return Promise.all(
    domains.map(async (domain) => {
      const records = Promise.all(
        domain.dnsRecords.map(async (record): Promise<RecordReport> => {
          return { ...record, ...(await dns.checkRecord(record)) };
        }),
      );
      // SES checks only now and then. If DNS has lost a record, SES's earlier answer is out of date.
      const settled = domain.status === "Verified" && !thorough;
      const reader = settled && (await records).some(isBroken) ? ses : fleet;
      const [readings, dnsRecords] = await Promise.all([readAll(domain, reader), records]);
      const elsewhere = await servedElsewhere(domain, dnsRecords, dns);
      const notes = [
        ...(await remarks(domain, readings, dnsRecords, dns)),
        ...retiredKeyNotes(domain, readings, now()),
      ];
      if (elsewhere !== undefined) {
        const { zone, nameServers, host } = elsewhere;
        notes.push(
          `the zone ${zone} is served by ${nameServers.join(", ")}, not by ${host}: receivers don't see the records published there`,
        );
      }
      return {
        report: toReport(domain, readings, dnsRecords, notes, elsewhere !== undefined),
        readings,
      };
    }),
  );
}

function readAll(domain: StackDomain, reader: IdentityReader): Promise<Inspection["readings"]> {
  return Promise.all(
    identitiesOf(domain).map(async (identity) => ({
      identity,
      reading: await reader.read(identity.region, domain.domain),
    })),
  );
}

async function remarks(
  domain: StackDomain,
  readings: Inspection["readings"],
  records: readonly RecordReport[],
  dns: DnsChecker,
): Promise<string[]> {
  const notes = readings
    .filter(({ reading }) => unpublishedTokens(domain, reading).length > 0)
    .map(
      ({ identity }) =>
        `SES in ${identity.region} signs with DKIM tokens that are not published; run pulumi up --refresh to publish them`,
    );
  for (const { identity, reading } of readings) {
    if (reading.kind !== "found" || reading.dkim === "SUCCESS" || reading.lastSuccessAt === undefined)
      continue;
    notes.push(`SES in ${identity.region} last found the DKIM records at ${reading.lastSuccessAt}`);
  }
  if (records.some(({ purpose, state }) => purpose === "DMARC" && state === "missing")) {
    const above = await dns.dmarcAbove(domain.domain);
    if (above !== undefined) {
      notes.push(
        `the domain has no DMARC record of its own, so receivers apply the one of ${above.domain}: ${above.value}`,
      );
    }
  }
  return notes;
}

/** Who serves the zone, if records are missing in it and it is not the host they are published with. */
async function servedElsewhere(
  { domain, dns: name = DEFAULT_PUBLISHER }: StackDomain,
  records: readonly RecordReport[],
  dns: DnsChecker,
): Promise<(Delegation & { readonly host: string }) | undefined> {
  const { title, host } = publisherOf(name);
  if (host === undefined || !records.some(({ state }) => state === "missing" || state === "wrong")) {
    return undefined;
  }
  const delegation = await dns.delegation(domain);
  if (delegation === undefined || delegation.nameServers.some(host.isNameServer)) return undefined;
  return { ...delegation, host: title };
}

function toReport(
  domain: StackDomain,
  readings: Inspection["readings"],
  records: readonly RecordReport[],
  notes: readonly string[],
  elsewhere: boolean,
): DomainReport {
  const known = readings.map(({ identity, reading }) => ({ ...identity, reading }));
  const verdicts = readings.map(({ identity, reading }) =>
    judge(reading, expectationOf(domain, identity, reading), identity.before),
  );
  const verdict = worstOf(verdicts);
  const seen = readings.every(({ reading }) => reading.kind !== "unknown");
  const checked = seen || verdict.status === "Failed" || isDecayed(verdict.verification);
  const current = checked
    ? verdict
    : {
        status: domain.status,
        verification: { ...domain.verification, reason: unknownReason(readings) },
      };
  const report = {
    ...domain,
    ...current,
    ...(domain.regions !== undefined && { regions: regionsOf(domain.regions, known, verdicts) }),
    dnsRecords: records.map((record) => withLastOk(record, known)),
    checked,
    notes,
  };
  const remedy = readings.flatMap(({ reading }) => (reading.kind === "unknown" ? [reading.remedy] : []))[0];
  return { ...report, nextStep: nextStep(report, remedy, elsewhere) };
}

/** The Regions as they are now. One that could not be asked stays as it was. */
function regionsOf(
  before: NonNullable<StackDomain["regions"]>,
  known: readonly { readonly region: string; readonly reading: Reading }[],
  verdicts: readonly Verdict[],
): NonNullable<StackDomain["regions"]> {
  const now = known.map(({ region, reading }, index) => {
    const { status, verification } = verdicts[index]!;
    const was = before[region];
    if (reading.kind !== "unknown" || was === undefined) return [region, { ...was, status, verification }];
    return [region, { ...was, verification: { ...was.verification, reason: verification.reason } }];
  });
  return { ...before, ...(Object.fromEntries(now) as Record<string, Verdict>) };
}

function withLastOk(record: RecordReport, known: readonly KnownIdentity[]): RecordReport {
  if (record.state !== "missing" && record.state !== "wrong") return record;
  const at = lastOkAt(record, known);
  return at === undefined ? record : { ...record, lastOkAt: at };
}

function unknownReason(readings: Inspection["readings"]): string {
  const reasons = readings.flatMap(({ reading }) => (reading.kind === "unknown" ? [reading.reason] : []));
  return `could not be checked: ${[...new Set(reasons)].join("; ")}`;
}
