import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests that take long because they try many inputs, or large ones. */
const FUZZ = ["**/*.fuzz.test.ts"];

/** Tests of what runs: servers, engines, builds, and the command in a process of its own. */
const SCENARIOS = [
  "test/{e2e,scripts,sandbox}/**/*.test.ts",
  "test/cli/{*,sandbox/**/*}.test.ts",
  "sandbox/**/*.test.ts",
];

/** All others are unit tests: no file belongs to two of these, and none to nothing. */
const PROJECTS = {
  // Loading what they test takes longer than testing it: a worker loads it once for all its files.
  unit: { include: ["{test,sandbox}/**/*.test.ts"], exclude: [...FUZZ, ...SCENARIOS], isolate: false },
  fuzz: { include: FUZZ, exclude: [], isolate: true },
  scenarios: { include: SCENARIOS, exclude: FUZZ, isolate: true },
};

export default defineConfig({
  // The sources, as for all other imports of the tests; package.json names what they compile to.
  resolve: { alias: { "#sandbox": fileURLToPath(new URL("sandbox/src/index.ts", import.meta.url)) } },
  test: {
    pool: "forks",
    // By default one processor is left to others, which on a two-core runner means one file at a time.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: Object.entries(PROJECTS).map(([name, { include, exclude, isolate }]) => ({
      extends: true,
      test: { name, include, isolate, exclude: [...configDefaults.exclude, ...exclude] },
    })),
  },
});
