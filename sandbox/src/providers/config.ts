import { isDeepStrictEqual } from "node:util";
import type { Change } from "./diff.js";
import { reveal, type Properties, type Value } from "./values.js";

/**
 * A provider's configuration with its values in their own types: the wire carries whatever is not a string as JSON
 * text (`"endpoints": "[{\"sesv2\":\"…\"}]"`), and the plugin's version among the properties.
 */
export function readConfig(wire: Properties): Properties {
  return Object.fromEntries(
    Object.entries(reveal(wire))
      .filter(([key]) => key !== "version")
      .map(([key, value]) => [key, typeof value === "string" ? parseNested(value) : value]),
  );
}

function parseNested(value: string): Value {
  if (!/^\s*[[{]|^(true|false)$/.test(value)) return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

/**
 * What changes between two configurations. Nothing replaces the provider: the resources carry their own Region and
 * zone, and a changed address or token still reaches the same ones.
 */
export function diffConfig(olds: Properties, news: Properties): Change[] {
  const before = readConfig(olds);
  const after = readConfig(news);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((path): Change[] => {
    if (isDeepStrictEqual(before[path], after[path])) return [];
    const kind = before[path] === undefined ? "add" : after[path] === undefined ? "delete" : "update";
    return [{ path, kind, replaces: false }];
  });
}
