import { valueAt } from "../file/merge.js";
import { SYNONYMS as KIND_SYNONYMS } from "../kinds/index.js";
import type { KeyPath } from "../file/diagnostic.js";
import { nearest } from "../file/suggest.js";

/** Names that settings have in DNS records and in SES, and the keys they have here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ...KIND_SYNONYMS,
  configurationSetName: "configurationSet",
  name: "domain",
};

/** Tags of RFC 7489 that RFC 9989 removed. */
const REMOVED = new Map([
  ["pct", "RFC 9989 removed `pct`; `testing: true` asks for the policy one level weaker"],
  ["rf", "RFC 9989 removed `rf`; delete the line"],
  ["ri", "RFC 9989 removed `ri`; delete the line"],
]);

/**
 * What to write instead of a key that does not exist at this place.
 * @param file the whole file: a key that is already given must not be suggested again
 */
export function hintForUnknownKey(
  key: string,
  parent: KeyPath,
  known: readonly string[],
  file: unknown,
): string {
  if (parent.length === 0 && key === "domain") {
    return "_defaults.yaml holds what domains share: put the domain in its own file";
  }
  const removed = REMOVED.get(key);
  if (removed !== undefined) return removed;
  // A key with one letter is close to any other.
  const meant = key.length > 1 ? nearest(key, known) : undefined;
  if (meant !== undefined) return meaning(meant, valueAt(file, [...parent, meant]) !== undefined);
  const place = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  if (place !== undefined) {
    return meaning(place, valueAt(file, place.split(".")) !== undefined);
  }
  const where = parent.length === 0 ? "the keys of a domain file are" : `the keys here are`;
  return `${where} ${known.join(", ")}`;
}

function meaning(place: string, given: boolean): string {
  const parents = place.split(".");
  const last = parents.pop();
  const name = `\`${last}\`${parents.length === 0 ? "" : ` under \`${parents.join(".")}\``}`;
  return given ? `delete it: ${name} is already given` : `did you mean ${name}?`;
}
