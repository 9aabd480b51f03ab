// Compiles src/ to dist/ and stamps the result with a digest of its sources, so that a stale build is
// noticed at start-up (bin/mailstack.js and the Pulumi program compare the digest) instead of being run.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { sourceDigest } from "./source-digest.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
const digest = sourceDigest(root);
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(new URL("../dist/build.json", import.meta.url), JSON.stringify({ digest }) + "\n");
