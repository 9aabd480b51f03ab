import type { DmarcSettings } from "./settings.js";
import type { DmarcUri } from "./ast.js";
import { dmarcValue } from "./build.js";
import { parseDmarc } from "./parse.js";

/** Report destinations as URIs, under the keys that name them in a domain file. */
export interface ReportDestinations {
  readonly aggregateReports: readonly string[];
  readonly failureReports: readonly string[];
}

const LISTS = ["aggregateReports", "failureReports"] as const;

/**
 * Destinations that a published DMARC record has and no other record names. Services that read reports add theirs to
 * the record themselves, as Cloudflare's DMARC Management does.
 * @param published the record as it stands, unquoted
 * @param others records whose destinations don't count
 */
export function foreignReports(published: string, others: readonly string[]): ReportDestinations {
  const named = others.map(destinationsOf);
  const found = destinationsOf(published);
  const only = (list: (typeof LISTS)[number]): string[] => {
    const known = new Set(named.flatMap((other) => other[list].map(keyOf)));
    return found[list].filter((uri) => !known.has(keyOf(uri))).map(({ uri }) => uri);
  };
  return { aggregateReports: only("aggregateReports"), failureReports: only("failureReports") };
}

/** The record that the settings ask for, with more destinations. */
export function withReports(settings: DmarcSettings, more: ReportDestinations): string {
  return dmarcValue({
    ...settings,
    aggregateReports: [...settings.aggregateReports, ...more.aggregateReports],
    failureReports: [...settings.failureReports, ...more.failureReports],
  });
}

/** Whether two records say the same, but for the order of tags and destinations and the case of letters. */
export function saysTheSame(a: string, b: string): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf(text: string): string {
  const tags = (parseDmarc(text).record?.tags ?? []).filter(({ name }) => name !== "rua" && name !== "ruf");
  const lists = LISTS.map((list) => destinationsOf(text)[list].map(keyOf).sort());
  return JSON.stringify([tags.map(({ name, value }) => `${name}=${value.toLowerCase()}`).sort(), lists]);
}

function destinationsOf(text: string): Readonly<Record<(typeof LISTS)[number], readonly DmarcUri[]>> {
  const { record } = parseDmarc(text);
  return { aggregateReports: record?.aggregateReports ?? [], failureReports: record?.failureReports ?? [] };
}

/** An address is the same destination however its URI is encoded and spelt. */
function keyOf({ uri, scheme, address }: DmarcUri): string {
  return (address === undefined ? uri : `${scheme}:${address}`).toLowerCase();
}
