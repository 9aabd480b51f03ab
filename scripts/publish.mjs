import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Says what the build was made from. It exists only while all other files belong to that build. */
const STAMP = "build.json";

/** How long files that are no longer part of the build stay for commands that are running, in milliseconds. */
export const KEEP = 60 * 60 * 1000;

/**
 * Moves a new build to where the commands look for it, while they may be running. Unchanged files stay untouched,
 * changed ones are replaced atomically, and files that the new build doesn't have stay for an hour.
 * @param {string} fresh folder of the new build, on the same file system
 * @param {string} dist folder of the old build; need not exist
 * @param {Record<string, unknown>} stamp what the build was made from
 * @param {number} [now] milliseconds since 1970
 */
export function publish(fresh, dist, stamp, now = Date.now()) {
  mkdirSync(dist, { recursive: true });
  const names = filesIn(fresh);
  const left = leftovers(dist, new Set([...names, STAMP]), now);
  const changed = names.filter((name) => !isSame(join(fresh, name), join(dist, name)));
  if (changed.length > 0) rmSync(join(dist, STAMP), { force: true });
  for (const name of changed) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    renameSync(join(fresh, name), join(dist, name));
  }
  writeFileSync(join(fresh, STAMP), JSON.stringify({ ...stamp, left }) + "\n");
  renameSync(join(fresh, STAMP), join(dist, STAMP));
}

/** Files that are no longer part of the build, with the time when that began. Removes those past their time. */
function leftovers(dist, names, now) {
  const before = leftBefore(dist);
  const left = {};
  for (const name of filesIn(dist)) {
    if (names.has(name)) continue;
    const since = before[name] ?? now;
    if (now - since > KEEP) rmSync(join(dist, name));
    else left[name] = since;
  }
  return left;
}

function leftBefore(dist) {
  try {
    return JSON.parse(readFileSync(join(dist, STAMP), "utf8")).left ?? {};
  } catch {
    return {};
  }
}

function filesIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(join(folder, name)).isFile());
}

function isSame(a, b) {
  try {
    return readFileSync(a).equals(readFileSync(b));
  } catch {
    return false;
  }
}
