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

/** Where an import leads, as a path from the project's folder; undefined for a package that is none of the project's. */
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

/** @returns {string | undefined} id of the message for an import that may not be */
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
 * ESLint rule for the border between the product and the sandbox. Unlike `no-restricted-imports` it sees `import()`,
 * and it knows where a relative path leads.
 */
export const sandboxBorder = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      outwards:
        "The sandbox imports nothing of the product: an emulator built on our own record builder could not disagree with it.",
      inwards: "Only the commands in src/cli/sandbox import the sandbox.",
      eager: "The sandbox's commands are loaded when one of them is asked for: write `await import(…)`.",
      undeclared: "The package.json of this file has no such dependency.",
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
