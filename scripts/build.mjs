// Compiles src/ to dist/ and stamps the result with digests of what it was made from: a stale build is noticed at
// start-up (bin/mailstack.js and the Pulumi program compare the digest of the sources) instead of being run.
// `--if-stale` builds only where something has changed: npm runs `prepare` anew for the first npx in a clone.
//
// Commands may run meanwhile, so the compiler writes to a folder beside dist/, whose files then take their places.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { KEEP, publish } from "./publish.mjs";
import { filesDigest, sourceDigest, sourceNames } from "./source-digest.mjs";

/** What a build depends on beside its sources: the compiler's settings and version, and how this script works. */
const INPUTS = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "scripts/build.mjs",
  "scripts/publish.mjs",
];

/** Beginning of the names of folders in which builds are made. */
const FRESH = ".dist-";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const stamp = { digest: sourceDigest(root), inputs: filesDigest(root, INPUTS) };
if (!process.argv.includes("--if-stale") || isStale()) build();

function isStale() {
  try {
    const { digest, inputs } = JSON.parse(readFileSync(join(dist, "build.json"), "utf8"));
    if (digest !== stamp.digest || inputs !== stamp.inputs) return true;
  } catch {
    return true;
  }
  return sourceNames(root).some((name) => !existsSync(join(dist, name.replace(/\.ts$/, ".js"))));
}

function build() {
  removeAbandoned();
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const fresh = mkdtempSync(join(root, FRESH));
  try {
    const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", fresh], {
      cwd: root,
      stdio: "inherit",
    });
    if (status !== 0) {
      process.exitCode = status ?? 1;
      return;
    }
    publish(fresh, dist, stamp);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What a build that was killed has left; one that is under way is younger. */
function removeAbandoned() {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(FRESH)) continue;
    const { mtimeMs } = statSync(join(root, name), { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > KEEP) rmSync(join(root, name), { recursive: true, force: true });
  }
}
