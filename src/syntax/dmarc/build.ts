import type { DmarcSettings } from "./settings.js";
import { parseDmarc } from "./parse.js";
import { destinationOf, reportUri } from "./report-uri.js";

/**
 * DMARC record (RFC 9989 §4.7), unquoted and in one piece. A tag whose value is what receivers assume anyway is
 * left out. `v` and `p` come first: receivers that still follow RFC 7489 insist on it.
 */
export function dmarcValue(settings: DmarcSettings): string {
  const tags: [string, string | undefined][] = [
    ["v", "DMARC1"],
    ["p", settings.policy],
    ["sp", unless(settings.policy, settings.subdomainPolicy)],
    ["np", unless(settings.subdomainPolicy ?? settings.policy, settings.nonexistentSubdomainPolicy)],
    ["adkim", settings.alignment.dkim === "strict" ? "s" : undefined],
    ["aspf", settings.alignment.spf === "strict" ? "s" : undefined],
    ["fo", unless("0", list(settings.failureOptions, ":"))],
    ["rua", list(settings.aggregateReports.map(reportUri), ",")],
    ["ruf", list(settings.failureReports.map(reportUri), ",")],
    ["t", settings.testing ? "y" : undefined],
  ];
  return tags
    .filter(([, value]) => value !== undefined)
    .map(([tag, value]) => `${tag}=${value}`)
    .join("; ");
}

function unless(assumed: string, value: string | undefined): string | undefined {
  return value === assumed ? undefined : value;
}

function list(values: readonly string[], separator: string): string | undefined {
  return values.length > 0 ? values.join(separator) : undefined;
}

/** What gives exactly this record; undefined if nothing does. */
export function dmarcSettingsOf(text: string): DmarcSettings | undefined {
  const { record } = parseDmarc(text);
  if (record?.policy === undefined) return undefined;
  const { subdomainPolicy, nonexistentSubdomainPolicy } = record;
  const settings: DmarcSettings = {
    policy: record.policy,
    ...(subdomainPolicy !== undefined && { subdomainPolicy }),
    ...(nonexistentSubdomainPolicy !== undefined && { nonexistentSubdomainPolicy }),
    alignment: { dkim: record.dkimAlignment ?? "relaxed", spf: record.spfAlignment ?? "relaxed" },
    aggregateReports: record.aggregateReports.map(({ uri }) => destinationOf(uri)),
    failureReports: record.failureReports.map(({ uri }) => destinationOf(uri)),
    failureOptions: record.failureOptions,
    testing: record.testing ?? false,
  };
  return dmarcValue(settings) === text ? settings : undefined;
}
