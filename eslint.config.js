import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { sandboxBorder } from "./scripts/sandbox-border.mjs";

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
  {
    files: [
      "src/file/**",
      "src/syntax/**",
      "src/domain/**",
      "src/kinds/**",
      "src/rules/**",
      "src/fleet/**",
      "src/contract/**",
      "src/reports/**",
    ],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/*", "@aws-sdk/*", "cloudflare", "node:dns*", "node:http*"],
              message: "domain, records, fleet and reports are pure: no network and no Pulumi.",
            },
            {
              group: ["node:net"],
              allowImportNames: ["isIP", "isIPv4", "isIPv6"],
              message: "Of node:net only the tests for addresses are pure.",
            },
            {
              group: ["**/cli/**", "**/api/**", "**/status/**", "**/stack/**"],
              message: "Imports point downwards: cli → status, resources, fleet → records → domain.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/**", "sandbox/**"],
    plugins: { mailstack: { rules: { "sandbox-border": sandboxBorder } } },
    rules: { "mailstack/sandbox-border": "error" },
  },
  {
    files: ["src/stack/**", "src/status/**", "src/index.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["**/cli/**"], message: "Only tests import the commands." },
            { group: ["**/api/**"], message: "Only cli and tests import the API." },
          ],
        },
      ],
    },
  },
  {
    files: ["src/api/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/*", "@aws-sdk/*", "cloudflare", "**/cli/**", "**/stack/**"],
              message: "The API knows status and the rooms below it; how they are reached is up to cli.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/api/**"],
    ignores: ["src/api/server.ts"],
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
