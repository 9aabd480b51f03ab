import { ResourceHook } from "@pulumi/pulumi/resource.js";
import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { someOf } from "../file/some-of.js";
import { recordsOf, type MailRecord } from "../kinds/index.js";
import {
  foreignReports,
  saysTheSame,
  withReports,
  type ReportDestinations,
} from "../syntax/dmarc/foreign.js";
import { counts, DMARC_MARK } from "../syntax/txt-mark.js";
import type { PreviousDomains } from "./previous.js";
import { describeProblem } from "../file/describe-problem.js";
import type { Publishing } from "./publishing.js";
import type { KnownResource } from "./stack-state.js";

/** A DMARC record that contains more than its file. */
export interface KeptDmarc {
  /** Name of its resource. */
  readonly resource: string;
  /** What is published, unquoted. */
  readonly value: string;
  /** Destinations that somebody else added. */
  readonly foreign: ReportDestinations;
}

export interface DmarcSources {
  readonly fleet: readonly SendingDomain[];
  readonly known: ReadonlyMap<string, KnownResource>;
  readonly before: PreviousDomains;
  readonly publishing: Publishing;
}

/**
 * The DMARC records to which somebody else added report destinations: they are kept. Destinations that only an earlier
 * version of the file named are removed. The host is asked only about records that would change.
 * @returns by domain
 * @throws ZoneUnread
 */
export async function keptDmarcRecords(sources: DmarcSources): Promise<ReadonlyMap<string, KeptDmarc>> {
  const kept = await Promise.all(
    sources.fleet.map(async (domain) => {
      const record = await keptRecord(domain, sources);
      return record === undefined ? [] : [[domain.domain, record] as const];
    }),
  );
  return new Map(kept.flat());
}

async function keptRecord(
  settings: SendingDomain,
  { known, before, publishing }: DmarcSources,
): Promise<KeptDmarc | undefined> {
  const { domain, dmarc } = settings;
  const record = dmarcRecordOf(settings);
  if (record === undefined || dmarc === "unmanaged") return undefined;
  const { resource, name, value: wanted } = record;
  const place = publishing.placeOf(settings);
  const recorded = recordedValue(resource, known, publishing);
  if (place === undefined || recorded === undefined || recorded === wanted) return undefined;

  const merge = (published: string): KeptDmarc => {
    const foreign = foreignReports(published, [wanted, retiredFrom(before[domain])]);
    const value = withReports(dmarc, foreign);
    return { resource, value: saysTheSame(value, published) ? published : value, foreign };
  };
  const first = merge(recorded);
  if (first.value === recorded) return isEmpty(first.foreign) ? undefined : first;
  const [live, ...others] = (await place.host.recordsAt(place.zone, name))
    .filter(({ type }) => type === "TXT")
    .map(({ value }) => value)
    .filter((text) => counts(DMARC_MARK, text));
  const second = live === undefined || others.length > 0 ? first : merge(live);
  return isEmpty(second.foreign) ? undefined : second;
}

function dmarcRecordOf(settings: SendingDomain): MailRecord | undefined {
  return recordsOf(settings).find(({ kind }) => kind === "dmarc");
}

const NO_REPORTS: ReportDestinations = { aggregateReports: [], failureReports: [] };

function recordedValue(
  resource: string,
  known: DmarcSources["known"],
  publishing: Publishing,
): string | undefined {
  const recorded = known.get(resource);
  return recorded && publishing.read(recorded)?.value;
}

/** What the last update published from the file, without the foreign destinations that it kept. */
function retiredFrom(before: PreviousDomains[string] | undefined): string {
  const published = before?.dnsRecords?.find(({ purpose }) => purpose === "DMARC")?.value;
  if (published === undefined) return "";
  const { aggregateReports, failureReports } = before?.foreignReports ?? NO_REPORTS;
  const foreign = `v=DMARC1; rua=${aggregateReports.join(",")}; ruf=${failureReports.join(",")}`;
  const own = foreignReports(published, [foreign]);
  return `v=DMARC1; rua=${own.aggregateReports.join(",")}; ruf=${own.failureReports.join(",")}`;
}

function isEmpty({ aggregateReports, failureReports }: ReportDestinations): boolean {
  return aggregateReports.length === 0 && failureReports.length === 0;
}

/** One warning per domain, with the lines that add the destinations to its file. */
export function keptReportsWarnings(
  fleet: readonly SendingDomain[],
  kept: ReadonlyMap<string, KeptDmarc>,
): string[] {
  return fleet.flatMap((settings) => {
    const record = kept.get(settings.domain);
    return record === undefined ? [] : [keptReportsWarning(settings, record.foreign)];
  });
}

function keptReportsWarning(settings: SendingDomain, foreign: ReportDestinations): string {
  const added = someOf([...foreign.aggregateReports, ...foreign.failureReports].map(shown));
  const problem =
    `the DMARC record of ${settings.domain} also sends reports to ${added}: ` +
    "somebody added this outside this project, and it is kept";
  return describeProblem(
    locate(settings, ["dmarc"]),
    problem,
    `to add it to the file, write ${lines(settings, foreign)} under \`dmarc\`; ` +
      "to remove it, do that, run an update, then delete it from the file",
    "warning",
  );
}

/** The file's lists with the added destinations. */
function lines({ dmarc }: SendingDomain, foreign: ReportDestinations): string {
  if (dmarc === "unmanaged") return "";
  return (["aggregateReports", "failureReports"] as const)
    .filter((list) => foreign[list].length > 0)
    .map((list) => `\`${list}: [${[...dmarc[list], ...foreign[list].map(shown)].map(quoted).join(", ")}]\``)
    .join(" and ");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** `mailto:dmarc@example.net` as people write it, unless that would mean something else. */
function shown(uri: string): string {
  return /^mailto:[\w.+-]+@[^?%]+$/.test(uri) ? uri.slice("mailto:".length) : uri;
}

/**
 * Refuses to remove a destination that only a refresh in this same run found: the program did not know it when it
 * built the record. The program itself keeps destinations that an earlier refresh found.
 */
export function keepReportsHook({ fleet, known, publishing }: DmarcSources): ResourceHook {
  const domains = new Map(
    fleet.flatMap((settings) => {
      const record = dmarcRecordOf(settings);
      return record === undefined ? [] : [[record.resource, settings.domain] as const];
    }),
  );
  return new ResourceHook(
    "mailstack-keep-reports",
    ({ type, name, newInputs = {}, oldOutputs = {} }) => {
      const domain = domains.get(name);
      const host = publishing.hostOf(type);
      const [was, now] = [host?.read(oldOutputs), host?.read(newInputs)];
      if (domain === undefined || was === undefined || now === undefined) return;
      const recorded = recordedValue(name, known, publishing) ?? "";
      const foreign = foreignReports(was.value, [now.value, recorded]);
      if (isEmpty(foreign)) return;
      const added = someOf([...foreign.aggregateReports, ...foreign.failureReports].map(shown));
      throw new Error(
        `somebody added ${added} to the DMARC record of ${domain} outside this project. It was not removed. ` +
          "Run `pulumi refresh`, then `pulumi up` without --refresh. That keeps it and shows how to add it to the file.",
      );
    },
    { onDryRun: true },
  );
}
