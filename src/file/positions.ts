import { isCollection, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from "yaml";
import type { Lines } from "./lines.js";
import type { KeyPath, Location } from "./diagnostic.js";

/** Offsets of a node: start, end of its value, and possibly the end of what belongs to it. */
export type Offsets = readonly [start: number, end: number, ...rest: number[]];

/** A node with the key before it; the root and the items of a list have none. */
export interface Entry {
  readonly key?: ParsedNode;
  readonly value: ParsedNode | null;
}

export function spanOf(file: string, lines: Lines, [start, end]: Offsets): Location {
  const from = lines.at(start);
  const to = lines.at(end);
  if (to.line < from.line || (to.line === from.line && to.column <= from.column)) return { file, ...from };
  return { file, ...from, endLine: to.line, endColumn: to.column };
}

/** Otherwise a file full of unknown keys would be searched from the start for each of them. */
const entriesByMap = new WeakMap<object, ReadonlyMap<string, Entry>>();

/** The entries of a map by key; the first one if a key appears twice. */
export function entriesOf(map: YAMLMap.Parsed): ReadonlyMap<string, Entry> {
  const known = entriesByMap.get(map);
  if (known !== undefined) return known;
  const entries = new Map<string, Entry>();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value ?? "") : undefined;
    if (name !== undefined && !entries.has(name)) entries.set(name, { key, value });
  }
  entriesByMap.set(map, entries);
  return entries;
}

/** The entry below a node, or undefined when the node has no such key or index. */
export function childOf(node: ParsedNode | null, step: string | number): Entry | undefined {
  if (isMap(node)) return entriesOf(node).get(String(step));
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return item === undefined ? undefined : { value: item };
  }
  return undefined;
}

/**
 * Where to point for an entry: at a one-line value; at the key if the value is empty or a block of lines,
 * or if the key was asked for.
 */
export function spanOfEntry({ key, value }: Entry, at: "key" | "value"): Offsets {
  if (key !== undefined && (at === "key" || value === null || isBlock(value) || isNothing(value)))
    return key.range;
  if (value === null) return [0, 0];
  // Only the start: a block spans many lines.
  return isBlock(value) ? [value.range[0], value.range[0]] : value.range;
}

function isBlock(node: ParsedNode): boolean {
  return isCollection(node) && node.flow !== true;
}

function isNothing(node: ParsedNode): boolean {
  return node.range[0] === node.range[1];
}

/** The entry at the path, or the nearest parent that exists. */
export function entryAt(
  root: ParsedNode | null,
  path: KeyPath,
): { readonly entry: Entry; readonly exact: boolean } {
  let entry: Entry = { value: root };
  for (const step of path) {
    const child = childOf(entry.value, step);
    if (child === undefined) return { entry, exact: false };
    entry = child;
  }
  return { entry, exact: true };
}

/** The scalar at the path as the file writes it: a number's digits, the content of quoted text. */
export function typedAt(root: ParsedNode | null, path: KeyPath): string | undefined {
  const { entry, exact } = entryAt(root, path);
  if (!exact || !isScalar(entry.value)) return undefined;
  const { value, source } = entry.value;
  return typeof value === "string" ? value : source;
}
