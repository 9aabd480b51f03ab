import type { Diff, Provider } from "./provider.js";
import { applyIgnoreChanges, parsePropertyPath, pathContains } from "./property-path.js";
import { UNKNOWN, changedKeys, isSecret, mapValue, someValue, equalValues } from "./values.js";
import type { Properties, Value } from "./values.js";

/** The key under which `replaceOnChanges` names a resource whose initialization failed. */
const INIT_ERROR_KEY = "#initerror";

export function changes(some: boolean, keys: string[] = [], replaceKeys: string[] = []): Diff {
  return {
    changes: some ? "some" : "none",
    changedKeys: keys,
    replaceKeys,
    deleteBeforeReplace: false,
  };
}

/** Asks the provider what differs; where it can't tell, compares the inputs. */
export async function diffResource(
  provider: Provider,
  request: {
    urn: string;
    id: string;
    oldInputs: Properties;
    oldOutputs: Properties;
    newInputs: Properties;
    ignoreChanges: string[];
  },
): Promise<Diff> {
  const diff = await provider.diff(request);
  if (diff.changes !== "unknown") return diff;
  const { inputs } = applyIgnoreChanges(request.newInputs, request.oldInputs, request.ignoreChanges);
  const keys = changedKeys(request.oldInputs, inputs);
  if (keys.length === 0) return { ...diff, changes: "none" };
  const detailedDiff: Diff["detailedDiff"] = {};
  for (const key of keys) {
    const kind = !(key in request.oldInputs) ? "add" : !(key in inputs) ? "delete" : "update";
    detailedDiff[key] = { kind, inputDiff: true };
  }
  return { ...diff, changes: "some", changedKeys: keys, detailedDiff };
}

/** Turns changes of the properties `replaceOnChanges` names into replacements. */
export function applyReplaceOnChanges(
  diff: Diff,
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): Diff {
  if (replaceOnChanges.length === 0 || (diff.changes !== "some" && !hasInitErrors)) return diff;
  const paths = replaceOnChanges.map(parsePropertyPath);
  const forces = (path: string): boolean =>
    paths.some((outer) => pathContains(outer, parsePropertyPath(path)));
  const replaceKeys = new Set([...diff.replaceKeys, ...diff.changedKeys.filter(forces)]);
  const result: Diff = { ...diff };
  if (diff.detailedDiff) {
    result.detailedDiff = Object.fromEntries(
      Object.entries(diff.detailedDiff).map(([path, entry]) => {
        if (!forces(path) || entry.kind.endsWith("-replace")) return [path, entry];
        return [path, { ...entry, kind: `${entry.kind as "add" | "delete" | "update"}-replace` as const }];
      }),
    );
  }
  if (hasInitErrors && paths.some((path) => pathContains(path, [INIT_ERROR_KEY]))) {
    replaceKeys.add(INIT_ERROR_KEY);
    result.changes = "some";
  }
  return { ...result, replaceKeys: [...replaceKeys] };
}

/** Whether a change of `replacementTrigger` forces a replacement; the first one set doesn't. */
export function triggersReplacement(fresh: Value | undefined, old: Value | undefined): boolean {
  if (fresh === undefined || fresh === null || old === undefined || old === null) return false;
  const plain = (value: Value) => mapValue(value, (v) => (isSecret(v) ? (v["value"] ?? null) : v));
  const unknown = (value: Value) => someValue(value, (v) => v === UNKNOWN);
  return unknown(fresh) || unknown(old) || !equalValues(plain(fresh), plain(old));
}
