import { ResourceHook } from "@pulumi/pulumi/resource.js";
import type { SendingDomain } from "../domain/model.js";
import { someOf } from "../domain/some-of.js";
import { recordsOf } from "../kinds/index.js";
import {
  foreignReports,
  saysTheSame,
  withReports,
  type ReportDestinations,
} from "../records/dmarc/foreign.js";
import { counts, DMARC_MARK } from "../records/txt-mark.js";
import { fromTxtContent } from "../records/txt.js";
import type { PreviousDomains } from "./previous.js";
import { describeProblem } from "./problem.js";
import type { KnownResource } from "./stack-state.js";
import type { ZoneRecords } from "./zone-records.js";

/** A DMARC record that says more than its file does. */
export interface KeptDmarc {
  /** Name of its resource. */
  readonly resource: string;
  /** What is published, unquoted. */
  readonly value: string;
  /** Destinations that somebody else has added. */
  readonly foreign: ReportDestinations;
}

export interface DmarcSources {
  readonly fleet: readonly SendingDomain[];
  readonly known: ReadonlyMap<string, KnownResource>;
  readonly before: PreviousDomains;
  readonly records: ZoneRecords;
  readonly zoneOf: (domain: SendingDomain) => string | undefined;
}

/**
 * The DMARC records to which somebody else has added a destination of reports: it stays there. What an earlier version
 * of the file named and this one does not is removed. Cloudflare is asked only where a record is to change.
 * @returns by domain
 * @throws ZoneUnreadError
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
  { known, before, records, zoneOf }: DmarcSources,
): Promise<KeptDmarc | undefined> {
  const { domain, dmarc } = settings;
  const record = recordsOf(settings).find(({ kind }) => kind === "dmarc");
  const content = known.get(record?.resource ?? "")?.outputs["content"];
  const zoneId = zoneOf(settings);
  if (record === undefined || dmarc === "unmanaged") return undefined;
  if (zoneId === undefined || typeof content !== "string") return undefined;
  const { resource, name, value: wanted } = record;
  const recorded = fromTxtContent(content);
  if (recorded === wanted) return undefined;

  const merge = (published: string): KeptDmarc => {
    const foreign = foreignReports(published, [wanted, retiredFrom(before[domain])]);
    const value = withReports(dmarc, foreign);
    return { resource, value: saysTheSame(value, published) ? published : value, foreign };
  };
  const first = merge(recorded);
  if (first.value === recorded) return isEmpty(first.foreign) ? undefined : first;
  const [live, ...others] = (await records.at(zoneId, name))
    .filter(({ type }) => type === "TXT")
    .map((record) => fromTxtContent(record.content))
    .filter((text) => counts(DMARC_MARK, text));
  const second = live === undefined || others.length > 0 ? first : merge(live);
  return isEmpty(second.foreign) ? undefined : second;
}

const NO_REPORTS: ReportDestinations = { aggregateReports: [], failureReports: [] };

/** What the last update published because the file said so: without that, the record that it published. */
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

/** One warning for each domain, with the lines that make the destinations part of its file. */
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
    "somebody added that outside of this project, and it stays";
  return describeProblem(
    settings.locate(["dmarc"]),
    problem,
    `to make it part of the file, write ${lines(settings, foreign)} under \`dmarc\`; ` +
      "to remove it, do so, update, and delete it again",
    "warning",
  );
}

/** The lists as they read in the file with what was added. */
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

/** `mailto:dmarc@example.net` as people write it, unless that means something else. */
function shown(uri: string): string {
  return /^mailto:[\w.+-]+@[^?%]+$/.test(uri) ? uri.slice("mailto:".length) : uri;
}

/**
 * Refuses to take away a destination that only a refresh in this very run has brought to light: the program could not
 * know of it when it said what the record should be. What was refreshed before, it keeps.
 */
export function keepReportsHook(known: ReadonlyMap<string, KnownResource>): ResourceHook {
  return new ResourceHook(
    "mailstack-keep-reports",
    ({ name, newInputs = {}, oldOutputs = {} }) => {
      const domain = /^(.+)\/dmarc$/.exec(name)?.[1];
      const [was, now] = [oldOutputs["content"], newInputs["content"]] as unknown[];
      if (domain === undefined || typeof was !== "string" || typeof now !== "string") return;
      const recorded = known.get(name)?.outputs["content"];
      const foreign = foreignReports(fromTxtContent(was), [
        fromTxtContent(now),
        fromTxtContent(typeof recorded === "string" ? recorded : ""),
      ]);
      if (isEmpty(foreign)) return;
      const added = someOf([...foreign.aggregateReports, ...foreign.failureReports].map(shown));
      throw new Error(
        `somebody added ${added} to the DMARC record of ${domain} outside of this project. It was left there. ` +
          "Run `pulumi refresh`, and then `pulumi up` without --refresh: it keeps it, and says how to make it part of the file.",
      );
    },
    { onDryRun: true },
  );
}
