// Compiles src/ to dist/, in the product and in the sandbox, and stamps the results with digests of their inputs.
// bin/mailstack.js and the Pulumi program compare the digest of the sources at startup, and refuse a stale build.
// `--if-stale`, which `npm ci` uses, builds only if something has changed, and doesn't check types: installed sources
// have been checked before.
//
// Commands may run during a build. The compiler therefore writes to a folder next to dist/, and its files then move.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { KEEP, publish } from "./publish.mjs";
import { filesDigest, sourceDigest, sourceNames } from "./source-digest.mjs";

/** What a build depends on in addition to its sources: the compiler's settings and version, and this script. */
const INPUTS = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "sandbox/package.json",
  "sandbox/tsconfig.json",
  "scripts/build.mjs",
  "scripts/publish.mjs",
];

/** Prefix of the folders that builds write to. */
const FRESH = ".dist-";

const root = fileURLToPath(new URL("..", import.meta.url));
const inputs = filesDigest(root, INPUTS);
/** The sandbox comes first: the product compiles against its declarations. */
const packages = [
  { folder: join(root, "sandbox"), config: "tsconfig.json" },
  { folder: root, config: "tsconfig.build.json" },
].map((each) => ({ ...each, stamp: { digest: sourceDigest(each.folder), inputs } }));
const ifStale = process.argv.includes("--if-stale");
if (!ifStale || packages.some(isStale)) packages.every(build);

function isStale({ folder, stamp }) {
  const dist = join(folder, "dist");
  try {
    const { digest, inputs } = JSON.parse(readFileSync(join(dist, "build.json"), "utf8"));
    if (digest !== stamp.digest || inputs !== stamp.inputs) return true;
  } catch {
    return true;
  }
  return sourceNames(folder).some((name) => !existsSync(join(dist, name.replace(/\.ts$/, ".js"))));
}

/** @returns whether the compiler succeeded */
function build({ folder, config, stamp }) {
  removeAbandoned(folder);
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const fresh = mkdtempSync(join(folder, FRESH));
  try {
    const args = [tsc, "-p", config, "--outDir", fresh, ...(ifStale ? ["--noCheck"] : [])];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: "inherit" });
    if (status === 0) publish(fresh, join(folder, "dist"), stamp);
    else process.exitCode = status ?? 1;
    return status === 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Removes what killed builds left behind. Folders of running builds are younger. */
function removeAbandoned(folder) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(FRESH)) continue;
    const { mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > KEEP) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
