import { createHash } from "node:crypto";
import type { SourceFile } from "../file/source-file.js";
import type { Preview } from "../state/preview.js";

/** What a preview was made from. */
export interface Provenance {
  /** Version of the program, and what it was compiled from. */
  readonly program: string;
  /** `sha256:<hex>` over the domain files. */
  readonly domainFiles: string;
}

/**
 * The digest of a folder of domain files: of their names and bytes, in the order of the names. The folder's own place
 * doesn't matter.
 */
export function domainFilesDigest(files: readonly SourceFile[]): string {
  const hash = createHash("sha256");
  const named = files.map(({ path, bytes }) => ({ name: path.split(/[/\\]/).at(-1)!, bytes }));
  for (const { name, bytes } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

const LINE = /^(?:info: )?made by mailstack (\S+) from domain files (sha256:[0-9a-f]{64})\s*$/;

/** The line that the program logs in a preview. `pulumi preview --json` keeps it among the diagnostics. */
export function provenanceLine({ program, domainFiles }: Provenance): string {
  return `made by mailstack ${program} from domain files ${domainFiles}`;
}

/**
 * What the preview says it was made from; undefined if nothing, or more than one thing. Only a message of its own
 * counts: warnings quote lines of domain files, in which anything can stand.
 */
export function readProvenance({ diagnostics }: Preview): Provenance | undefined {
  const found = (diagnostics ?? []).flatMap(({ message, severity }) => {
    const match = severity === "info" ? LINE.exec(message) : null;
    return match === null ? [] : [{ program: match[1]!, domainFiles: match[2]! }];
  });
  return found.length === 1 ? found[0] : undefined;
}
