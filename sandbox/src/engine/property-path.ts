import { isObject, isSecret } from "./values.js";
import type { Properties, Value } from "./values.js";

/** One step of a property path: a key, an index, or `*` for all of them. */
type Segment = string | number;

const WILDCARD = "*";

/**
 * Parses a property path as the options `ignoreChanges` and `replaceOnChanges` take it:
 * `root.nested[0]["key with dots"]`, with `*` for every key or index.
 *
 * @throws Error if the path is malformed.
 */
export function parsePropertyPath(path: string): Segment[] {
  const segments: Segment[] = [];
  const token = /\.?([^.[\]"]+)|\.?\[(\d+|\*)\]|\.?\["((?:[^"\\]|\\.)*)"\]/y;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (!match) throw new Error(`invalid property path ${JSON.stringify(path)}`);
    const [, name, index, quoted] = match;
    if (name !== undefined) segments.push(name);
    else if (quoted !== undefined) segments.push(quoted.replace(/\\(.)/g, "$1"));
    else segments.push(index === WILDCARD ? WILDCARD : Number(index));
  }
  if (segments.length === 0) throw new Error("empty property path");
  return segments;
}

/** Whether `inner` is the property `outer` names, or lies inside it. */
export function pathContains(outer: Segment[], inner: Segment[]): boolean {
  return (
    outer.length <= inner.length &&
    outer.every((segment, i) => segment === WILDCARD || String(segment) === String(inner[i]))
  );
}

/**
 * The inputs with the properties named in `ignoreChanges` put back to their old values, and the paths
 * that could not be put back because the element around them was added or removed.
 */
export function applyIgnoreChanges(
  news: Properties,
  olds: Properties,
  ignoreChanges: readonly string[],
): { inputs: Properties; invalid: string[] } {
  const inputs = structuredClone(news);
  const invalid = ignoreChanges.filter((path) => !reset(inputs, olds, parsePropertyPath(path)));
  return { inputs, invalid };
}

function reset(target: Value, source: Value, [head, ...rest]: Segment[]): boolean {
  if (head === undefined) return true;
  if (isSecret(target)) target = target["value"] ?? null;
  if (isSecret(source)) source = source["value"] ?? null;
  if (Array.isArray(target)) return resetItem(target, source, head, rest);
  if (!isObject(target) || !isObject(source)) return false;
  if (head === WILDCARD) {
    const keys = new Set([...Object.keys(target), ...Object.keys(source)]);
    return [...keys].map((key) => resetKey(target, source, key, rest)).every(Boolean);
  }
  return resetKey(target, source, String(head), rest);
}

function resetKey(
  target: Record<string, Value>,
  source: Record<string, Value>,
  key: string,
  rest: Segment[],
): boolean {
  const inTarget = target[key];
  const inSource = source[key];
  if (rest.length > 0) {
    if (inTarget === undefined && inSource === undefined) return true;
    // What was in no map before is taken out of the new one, as measured with the real engine after an import.
    if (isObject(inTarget) && inSource === undefined) return reset(inTarget, {}, rest);
    return inTarget !== undefined && inSource !== undefined && reset(inTarget, inSource, rest);
  }
  if (inSource === undefined) Reflect.deleteProperty(target, key);
  else target[key] = inSource;
  return true;
}

function resetItem(target: Value[], source: Value, head: Segment, rest: Segment[]): boolean {
  if (!Array.isArray(source)) return false;
  if (head === WILDCARD) {
    return (
      target.length === source.length &&
      target.map((_, i) => resetItem(target, source, i, rest)).every(Boolean)
    );
  }
  const index = Number(head);
  const [inTarget, inSource] = [target[index], source[index]];
  if (inTarget === undefined || inSource === undefined) return inTarget === inSource;
  if (rest.length > 0) return reset(inTarget, inSource, rest);
  target[index] = inSource;
  return true;
}
