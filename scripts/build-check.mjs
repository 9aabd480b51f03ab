import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceDigest } from "./source-digest.mjs";

/**
 * Whether `dist/` is what the sources in `src/` compile to. Costs a few milliseconds, so every start can
 * afford it. Without `src/` (a packed copy of the project) there is nothing to compare, and any build is good.
 * @param {string} [root] the project's folder
 * @returns {string | undefined} what is wrong and what to do, in one sentence; undefined when the build is current
 */
export function buildProblem(root = fileURLToPath(new URL("..", import.meta.url))) {
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(join(root, "dist", "build.json"), "utf8"));
  } catch {
    return "mailstack is not built; run npm run build";
  }
  if (!existsSync(join(root, "src"))) return undefined;
  if (stamp.digest !== sourceDigest(root)) return "the build is stale; run npm run build";
  return undefined;
}
