import { isMap, isSeq, type ParsedNode } from "yaml";
import type { KeyPath, Location } from "./diagnostic.js";
import type { Lines } from "./lines.js";
import { entriesOf, spanOf, spanOfEntry, type Entry } from "./positions.js";

/** Where a file says a value, and whatever is in it: plain data. */
export interface Places {
  /** Of the value itself, if it has no key. */
  readonly key: Location;
  readonly value: Location;
  readonly map?: Readonly<Record<string, Places>>;
  readonly list?: readonly Places[];
}

export function placesOf(file: string, lines: Lines, root: ParsedNode | null): Places {
  const visit = (entry: Entry): Places => {
    const key = spanOf(file, lines, spanOfEntry(entry, "key"));
    const value = spanOf(file, lines, spanOfEntry(entry, "value"));
    if (isMap(entry.value)) {
      const entries = [...entriesOf(entry.value)].map(([name, inner]) => [name, visit(inner)] as const);
      return { key, value, map: Object.fromEntries(entries) };
    }
    if (isSeq(entry.value))
      return { key, value, list: entry.value.items.map((item) => visit({ value: item })) };
    return { key, value };
  };
  return visit({ value: root });
}

/** Follows the merge of the values: maps are merged, and any other value in the domain file hides the default. */
export function mergePlaces(own: Places, defaults: Places | undefined): Places {
  if (own.map === undefined || defaults?.map === undefined) return own;
  const below = defaults.map;
  const merged = Object.entries(own.map).map(
    ([key, inner]) => [key, mergePlaces(inner, childOf(below, key))] as const,
  );
  return { ...own, map: Object.fromEntries([...Object.entries(below), ...merged]) };
}

/** The place of a path's value or key, or else of the key of its nearest existing parent. */
export function placeAt(places: Places, path: KeyPath, at: "key" | "value" = "value"): Location {
  const { nearest, exact } = find(places, path);
  return exact ? nearest[at] : nearest.key;
}

export function hasPlace(places: Places, path: KeyPath): boolean {
  return find(places, path).exact;
}

function find(places: Places, path: KeyPath): { readonly nearest: Places; readonly exact: boolean } {
  let nearest = places;
  for (const step of path) {
    const next = typeof step === "number" ? nearest.list?.[step] : childOf(nearest.map, step);
    if (next === undefined) return { nearest, exact: false };
    nearest = next;
  }
  return { nearest, exact: true };
}

function childOf(map: Places["map"], key: string): Places | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
