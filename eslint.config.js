import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";
import { sandboxBorder } from "./scripts/sandbox-border.mjs";

/** The rooms of the program: their folders, the layers they are in, and what they may import. */
const ROOMS = {
  file: "src/file",
  syntax: "src/syntax",
  catalogue: "src/rules/catalogue",
  domain: "src/domain",
  kinds: "src/kinds",
  publishers: "src/publishers",
  rules: "src/rules",
  contract: "src/contract",
  fleet: "src/fleet",
  state: "src/state",
  project: "src/project",
  guard: "src/guard",
  status: "src/status",
  reports: "src/reports",
  drift: "src/drift",
  adopt: "src/adopt",
  notices: "src/notices",
  stack: "src/stack",
  api: "src/api",
  cli: "src/cli",
  program: "src/index.ts",
};

const TEXT = ["file", "syntax", "catalogue"];
const DOMAIN = [...TEXT, "domain", "kinds", "publishers"];
const FLEET = [...DOMAIN, "rules", "contract", "fleet"];
const SERVICES = [...FLEET, "state", "project", "guard", "status", "reports", "drift", "adopt", "notices"];

/** What each room may import besides its own files: imports point downwards. */
const MAY_IMPORT = {
  file: TEXT,
  syntax: TEXT,
  catalogue: TEXT,
  domain: DOMAIN,
  kinds: DOMAIN,
  publishers: DOMAIN,
  rules: DOMAIN,
  contract: DOMAIN,
  fleet: [...DOMAIN, "rules"],
  state: TEXT,
  project: FLEET,
  guard: [...FLEET, "state", "reports"],
  status: FLEET,
  reports: FLEET,
  drift: [...FLEET, "state", "status"],
  adopt: [...FLEET, "state", "status"],
  notices: [...FLEET, "status"],
  stack: SERVICES,
  api: SERVICES,
  cli: [...SERVICES, "api"],
  program: ["stack"],
};

/** Rooms without network, files, clock and Pulumi: what they give depends on what they are given. */
const PURE = [...TEXT, "domain", "kinds", "rules", "contract", "fleet", "state", "guard", "reports"];

/** Files of pure rooms that reach outside: this one reads the domain files from disk. */
const IMPURE_FILES = ["src/domain/read.ts"];

/** Modules of Node.js that only compute. */
const PURE_MODULES = ["buffer", "crypto", "stream", "url", "util", "zlib"];

const filesOf = (rooms) => rooms.map((room) => ROOMS[room] + (ROOMS[room].endsWith(".ts") ? "" : "/**"));

/** A room inside another, as the catalogue inside the rules, is not meant where the outer one is. */
const inside = (folder) =>
  Object.values(ROOMS)
    .filter((other) => other.startsWith(`${folder}/`))
    .map((other) => `.${other.slice(folder.length)}`);

const zones = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
  Object.keys(ROOMS)
    .filter((other) => other !== room && !allowed.includes(other))
    .map((other) => ({
      target: ROOMS[room],
      from: ROOMS[other],
      except: inside(ROOMS[other]),
      message: `Imports point downwards: ${ROOMS[room]} may import ${allowed.map((name) => ROOMS[name]).join(", ")}.`,
    })),
);

/** What is linted with types. The tests are checked by the compiler, and run. */
const TYPED = ["src/**/*.ts", "sandbox/src/**/*.ts"];

const HAS_NO_CLOCK = "This room is pure: it has no clock. Let the caller say what time it is.";

export default tseslint.config(
  { ignores: ["**/dist/", "**/.dist-*/", "node_modules/", ".mailstack/", "coverage/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        Buffer: "readonly",
        fetch: "readonly",
        AbortSignal: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setImmediate: "readonly",
        performance: "readonly",
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always"],
    },
  },
  ...tseslint.configs.recommendedTypeCheckedOnly.map((config) => ({ ...config, files: TYPED })),
  {
    files: TYPED,
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An async method of an interface may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
      // Properties of resources and nodes of YAML are unknown until they are written into a message.
      "@typescript-eslint/no-base-to-string": "off",
      // Numbers are written into messages everywhere.
      "@typescript-eslint/restrict-template-expressions": "off",
    },
  },
  {
    files: ["**/*.ts", "**/*.mjs"],
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts", ".mjs", ".js"],
      "import-x/external-module-folders": ["node_modules"],
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })],
    },
    rules: {
      // Imports of types alone don't count: the types of domains and files are derived from the list of kinds,
      // whose checks take them.
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
    },
  },
  {
    files: filesOf(PURE),
    ignores: IMPURE_FILES,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: [
                "@pulumi/*",
                "@aws-sdk/*",
                "cloudflare",
                "node:*",
                "!node:net",
                ...PURE_MODULES.map((name) => `!node:${name}`),
              ],
              message: "This room is pure: no network, no files and no Pulumi.",
            },
            {
              group: ["node:net"],
              allowImportNames: ["isIP", "isIPv4", "isIPv6"],
              message: "Of node:net only the tests for addresses are pure.",
            },
          ],
        },
      ],
      "no-restricted-globals": [
        "error",
        ...["process", "performance", "setTimeout", "setInterval", "setImmediate", "fetch"].map((name) => ({
          name,
          message: "This room is pure: it knows no process, no clock and no network.",
        })),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: HAS_NO_CLOCK },
        {
          object: "Math",
          property: "random",
          message: "This room is pure: the same input gives the same output.",
        },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: HAS_NO_CLOCK },
        { selector: "CallExpression[callee.name='Date']", message: HAS_NO_CLOCK },
        { selector: "ImportExpression", message: "This room is pure: it loads nothing while it runs." },
      ],
    },
  },
  {
    files: ["src/**", "sandbox/**"],
    plugins: { mailstack: { rules: { "sandbox-border": sandboxBorder } } },
    rules: { "mailstack/sandbox-border": "error" },
  },
  {
    files: filesOf(["api"]),
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/*", "@aws-sdk/*", "cloudflare"],
              message: "The API knows status and the rooms below it; how they are reached is up to cli.",
            },
          ],
        },
      ],
    },
  },
  {
    files: filesOf(["api"]),
    ignores: [`${ROOMS.api}/server.ts`],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportDeclaration[source.value=/^node:(http|https|net|fs)/]",
          message:
            "Only server.ts does HTTP; the rest of the API is told what was asked and says what to answer.",
        },
      ],
    },
  },
);
