import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceDigest } from "./source-digest.mjs";

/**
 * Whether `dist/` is what the sources in `src/` compile to, in the product and in the sandbox. It takes only a few
 * milliseconds, which every start can afford. Without `src/` (a packed copy of the project, which has no sandbox
 * either) there is nothing to compare, and any build is accepted.
 * @param {string} [root] the project's folder
 * @returns {string | undefined} what is wrong and what to do, in one sentence; undefined when the build is current
 */
export function buildProblem(root = fileURLToPath(new URL("..", import.meta.url))) {
  const sandbox = join(root, "sandbox");
  return problemOf(root) ?? (existsSync(join(sandbox, "src")) ? problemOf(sandbox) : undefined);
}

/**
 * Names this build: the version in package.json, and a digest of the sources, such as `1.2.0+0123456789ab`.
 * @param {string} [root] the project's folder
 */
export function buildName(root = fileURLToPath(new URL("..", import.meta.url))) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return `${version}+${stampOf(root).digest.slice(0, 12)}`;
}

function stampOf(folder) {
  return JSON.parse(readFileSync(join(folder, "dist", "build.json"), "utf8"));
}

function problemOf(folder) {
  let stamp;
  try {
    stamp = stampOf(folder);
  } catch {
    return "mailstack is not built; run npm run build";
  }
  if (!existsSync(join(folder, "src"))) return undefined;
  if (stamp.digest !== sourceDigest(folder)) return "the build is stale; run npm run build";
  return undefined;
}
