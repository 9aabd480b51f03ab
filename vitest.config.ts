import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The sources, as for all other imports of the tests; package.json names what they compile to.
  resolve: { alias: { "#sandbox": fileURLToPath(new URL("sandbox/src/index.ts", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // By default one processor is left to others, which on a two-core runner means one file at a time.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
