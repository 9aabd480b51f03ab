/** A file as read from disk; `path` is shown to people as it is. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
