import { parseDmarc } from "../../syntax/dmarc/parse.js";
import { parentName } from "./server-names.js";

/** A DMARC record and the domain that publishes it. */
export interface PublishedDmarc {
  readonly domain: string;
  readonly value: string;
}

/** Receivers ask for no record of more than seven labels above a domain (RFC 9989 §4.10). */
const MAX_LABELS = 7;

/** Names above a domain where receivers look for a DMARC record, from the longest to the shortest (RFC 9989 §4.10). */
export function* namesAbove(domain: string): Iterable<string> {
  for (let at = parentName(domain); at !== undefined && at !== ""; at = parentName(at)) {
    if (at.split(".").length <= MAX_LABELS) yield at;
  }
}

/** Whether the walk ends at a record: it says what its domain is (`psd=n` or `psd=y`). */
export function endsWalk({ value }: PublishedDmarc): boolean {
  return ["n", "y"].includes(publicSuffix(value) ?? "u");
}

/**
 * The record that applies to a domain without one of its own: that of its organizational domain, which is the one with
 * the fewest labels unless `psd` says otherwise, or else that of the public suffix (RFC 9989 §4.10.1, §4.10.2).
 * @param found records above the domain, from the longest name to the shortest, up to the one that ends the walk
 */
export function applicableRecord(found: readonly PublishedDmarc[]): PublishedDmarc | undefined {
  const last = found.at(-1);
  if (last === undefined || publicSuffix(last.value) !== "y") return last;
  return found.find(({ domain }) => parentName(domain) === last.domain) ?? last;
}

function publicSuffix(value: string): "y" | "n" | "u" | undefined {
  return parseDmarc(value).record?.publicSuffix;
}
