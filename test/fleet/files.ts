import type { SourceFile } from "../../src/file/source-file.js";

/** YAML files by name; a domain file may be given by its keys after `domain:` alone. */
export function sourceFiles(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([name, text]) => ({
    path: `domains/${name}.yaml`,
    bytes: new TextEncoder().encode(name.startsWith("_") ? text : `domain: ${name}\n${text}`),
  }));
}
