import type { KeyPath, Location } from "./diagnostic.js";
import { childOf, entryAt, spanOf, spanOfEntry, type Entry } from "./positions.js";
import { isMap } from "yaml";
import type { YamlFile } from "./yaml-file.js";

/** The place of a path in one file: its value or key, or else the key of the nearest existing parent. */
export function locateIn(file: YamlFile, path: KeyPath, at: "key" | "value" = "value"): Location {
  const { entry, exact } = entryAt(file.root, path);
  return locationOf(file, entry, exact ? at : "key");
}

/**
 * The place of a path in a merged file. Follows the merge: maps are searched in both files; any other value
 * in the domain file hides the default.
 */
export function locateMerged(
  own: YamlFile,
  defaults: YamlFile | undefined,
  path: KeyPath,
  at: "key" | "value" = "value",
): Location {
  let inOwn: Entry | undefined = { value: own.root };
  let inDefaults: Entry | undefined = defaults === undefined ? undefined : { value: defaults.root };
  let nearest: Location | undefined;
  for (const step of path) {
    const next: Entry | undefined = inOwn === undefined ? undefined : childOf(inOwn.value, step);
    const hidden = inOwn !== undefined && !isMap(inOwn.value);
    const nextDefault: Entry | undefined =
      inDefaults === undefined || hidden ? undefined : childOf(inDefaults.value, step);
    if (next === undefined && nextDefault === undefined) {
      nearest =
        inOwn !== undefined ? locationOf(own, inOwn, "key") : locationOf(defaults!, inDefaults!, "key");
      break;
    }
    inOwn = next;
    inDefaults = nextDefault;
  }
  if (nearest !== undefined) return nearest;
  return inOwn !== undefined ? locationOf(own, inOwn, at) : locationOf(defaults!, inDefaults!, at);
}

function locationOf(file: YamlFile, entry: Entry, at: "key" | "value"): Location {
  if (entry.value === null && entry.key === undefined) return { file: file.path, line: 1, column: 1 };
  return spanOf(file.path, file.lines, spanOfEntry(entry, at));
}
