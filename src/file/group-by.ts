import { remember } from "./remember.js";

/** Groups, in the order of their first members. */
export function groupBy<T>(items: Iterable<T>, key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    remember(groups, key(item), () => []).push(item);
  }
  return groups;
}
