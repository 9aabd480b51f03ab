// Lets a child process run the TypeScript sources as they are: `node --import <this file> <entry.ts>`.
import { existsSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { register } from "node:module";
import { fileURLToPath } from "node:url";

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  if (specifier.startsWith(".") && specifier.endsWith(".js")) {
    const source = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: "module", shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { default: ts } = await import("typescript");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), "utf8"), { compilerOptions });
  return { format: "module", source: outputText, shortCircuit: true };
}
