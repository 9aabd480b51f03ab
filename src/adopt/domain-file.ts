import { domainToUnicode } from "node:url";
import { stringify } from "yaml";
import type { SendingDomain } from "../domain/sending-domain.js";
import { isPlainMap } from "../file/merge.js";
import { settingChanges } from "../fleet/changes/settings.js";
import type { Settings } from "./candidate.js";

/**
 * The settings without those that make no difference, because the defaults say the same. Pure.
 * @param meaning of a file with such settings, as text; undefined if it is not valid
 */
export function withoutDefaults(
  settings: Settings,
  meaning: (settings: Settings) => string | undefined,
): Settings {
  const wanted = meaning(settings);
  let kept = settings;
  for (const path of pathsOf(settings)) {
    const less = without(kept, path);
    if (meaning(less) === wanted) kept = less;
  }
  return kept;
}

/** Every path to a value that is no map, and after those in a map the map's own. */
function pathsOf(settings: Settings, above: readonly string[] = []): string[][] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const path = [...above, key];
    return [...(isPlainMap(value) ? pathsOf(value, path) : []), path];
  });
}

function without(settings: Settings, [key, ...below]: readonly string[]): Settings {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      if (name !== key) return [[name, value]];
      return below.length === 0 || !isPlainMap(value) ? [] : [[name, without(value, below)]];
    }),
  );
}

/**
 * Text of the file of an imported domain. Its comments say what differs from the defaults, and what stays outside.
 * @param plain the same domain as its defaults alone would have it; undefined if they are not enough
 */
export function importedFileText(
  settings: Settings,
  domain: SendingDomain,
  plain: SendingDomain | undefined,
  left: readonly string[],
): string {
  const unicode = domainToUnicode(domain.domain);
  const changes = plain === undefined ? [] : settingChanges(plain, domain);
  const lines = [
    ...(unicode !== domain.domain && unicode !== "" ? [unicode] : []),
    "Written by mailstack import from what SES and DNS have.",
    ...(changes.length === 0 ? [] : ["It differs from the defaults in:"]),
    ...changes.map(({ setting, region, before, after }) => {
      const where = region === undefined ? "" : ` in ${region}`;
      return `  ${setting}${where}: ${after ?? "none"} (default: ${before ?? "none"})`;
    }),
    ...left.map((reason) => `Not managed, and kept as it is: ${reason}`),
  ];
  // A comment ends with its line, whatever a record holds.
  const comment = lines.map((line) => `# ${line.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}\n`).join("");
  return comment + stringify(settings, { lineWidth: 0 });
}
