import type { LoadOptions, LoadResult } from "../../src/domain/sending-domain.js";
import type { SourceFile } from "../../src/file/source-file.js";
import type { Diagnostic } from "../../src/file/diagnostic.js";
import { loadDomains } from "../../src/domain/load-domains.js";

/** Files in a folder `domains/`, from their names and texts. */
export function sources(files: Readonly<Record<string, string | Uint8Array>>): SourceFile[] {
  return Object.entries(files).map(([name, content]) => ({
    path: `domains/${name}`,
    bytes: typeof content === "string" ? Buffer.from(content) : content,
  }));
}

/** Loads with a default Region, so that examples need not repeat it. */
export function load(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: LoadOptions = { defaultRegion: "us-east-1" },
): LoadResult {
  return loadDomains(sources(files), options);
}

/** `name:line:column rule`, as the tables of the tests write it. */
export function brief({ file, line, column, rule }: Diagnostic): string {
  return `${file.replace(/^domains\//, "")}:${line}:${column} ${rule}`;
}
