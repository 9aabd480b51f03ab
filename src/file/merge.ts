import { remember } from "./remember.js";
import type { KeyPath } from "./diagnostic.js";

export type PlainMap = Readonly<Record<string, unknown>>;

export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The file's value over the default: maps key by key, everything else whole. */
export function merge(own: unknown, fallback: unknown): unknown {
  if (own === undefined) return fallback;
  if (!isPlainMap(own) || !isPlainMap(fallback)) return own;
  const merged = Object.entries(fallback).map(([key, value]) => [
    key,
    Object.hasOwn(own, key) ? merge(own[key], value) : value,
  ]);
  const added = Object.entries(own).filter(([key]) => !Object.hasOwn(fallback, key));
  return Object.fromEntries([...merged, ...added]);
}

/** A copy without the values at the paths; undefined if one of them is the value itself. */
export function without(value: unknown, paths: readonly KeyPath[]): unknown {
  if (paths.length === 0) return value;
  if (paths.some((path) => path.length === 0)) return undefined;
  if (!isPlainMap(value)) return value;
  const below = new Map<string, KeyPath[]>();
  for (const [step, ...rest] of paths) {
    remember(below, String(step), () => []).push(rest);
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const kept = without(inner, below.get(key) ?? []);
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}

/** The value at the path; undefined where there is none. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

/** A copy in which every string has `{domain}` replaced. */
export function substitute(value: unknown, domain: string): unknown {
  if (typeof value === "string") return value.replaceAll("{domain}", domain);
  if (Array.isArray(value)) return value.map((item) => substitute(item, domain));
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substitute(inner, domain)]));
}

/** Whether one of the paths leads through the other. */
export function overlaps(a: KeyPath, b: KeyPath): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((step, index) => String(step) === String(b[index]));
}
