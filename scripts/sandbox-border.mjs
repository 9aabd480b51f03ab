import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const dependenciesOf = (folder) =>
  new Set(Object.keys(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).dependencies));

const DEPENDENCIES = { product: dependenciesOf("."), sandbox: dependenciesOf("sandbox") };

/** Path from the project's folder, with slashes. */
const pathOf = (file) => relative(root, resolve(file)).split(sep).join("/");

/** Where an import leads, as a path from the project's folder; undefined for packages outside the project. */
function targetOf(specifier, file) {
  if (/^(#sandbox|@mailstack\/sandbox)(\/|$)/.test(specifier)) return "sandbox/src/";
  if (/^(#|mailstack(\/|$))/.test(specifier)) return "src/";
  return specifier.startsWith(".") ? pathOf(join(dirname(file), specifier)) : undefined;
}

/** `@a/b/c.js` → `@a/b`; undefined for a module of Node.js. */
function packageOf(specifier) {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return name.startsWith("node:") || builtinModules.includes(name) ? undefined : name;
}

/** @returns {string | undefined} id of the message for a forbidden import */
function problemOf(specifier, file, isLazy) {
  const from = pathOf(file);
  const room = from.startsWith("sandbox/") ? "sandbox" : from.startsWith("src/") ? "product" : undefined;
  if (room === undefined) return undefined;
  const to = targetOf(specifier, file);
  if (to === undefined) {
    const name = packageOf(specifier);
    return name === undefined || DEPENDENCIES[room].has(name) ? undefined : "undeclared";
  }
  if (room === "sandbox") return to.startsWith("sandbox/") ? undefined : "outwards";
  if (from.startsWith("src/cli/sandbox/")) return undefined;
  if (to.startsWith("sandbox/")) return "inwards";
  return to.startsWith("src/cli/sandbox/") && !isLazy ? "eager" : undefined;
}

/**
 * ESLint rule for the border between the product and the sandbox. Unlike `no-restricted-imports`, it checks `import()`
 * and resolves relative paths.
 */
export const sandboxBorder = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      outwards:
        "The sandbox must not import the product: an emulator built on our record builder could never disagree with it.",
      inwards: "Only the commands in src/cli/sandbox may import the sandbox.",
      eager: "Load the sandbox's commands only when one of them runs: write `await import(…)`.",
      undeclared: "This file's package.json doesn't list this dependency.",
    },
  },
  create(context) {
    const check = (source, isLazy) => {
      if (typeof source?.value !== "string") return;
      const messageId = problemOf(source.value, context.filename, isLazy);
      if (messageId !== undefined) context.report({ node: source, messageId });
    };
    return {
      ImportDeclaration: ({ source, importKind }) => check(source, importKind === "type"),
      ExportNamedDeclaration: ({ source, exportKind }) => check(source, exportKind === "type"),
      ExportAllDeclaration: ({ source, exportKind }) => check(source, exportKind === "type"),
      ImportExpression: ({ source }) => check(source, true),
      TSImportType: ({ source }) => check(source, true),
    };
  },
};
