const MIB = 1024 * 1024;

/** What is read at most; past a limit a report is refused with a message that names the limit. */
export interface ReadLimits {
  /** Bytes of one report's XML, after decompression. */
  readonly reportBytes: number;
  /** Bytes of an archive or message as it is stored; both are held in memory, XML and gzip are streamed. */
  readonly containerBytes: number;
  /** Bytes of everything inside one file, after decompression. */
  readonly fileBytes: number;
  /** Decompressed to compressed size, once more than `ratioFrom` bytes came out. */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Reports, archive entries and message parts inside one file. */
  readonly entries: number;
  /** Members of a gzip file, messages of an mbox file; each message may hold `entries`. */
  readonly members: number;
  /** Containers inside containers: a message (1) with an archive (2) of compressed reports (3). */
  readonly depth: number;
  readonly records: number;
  /** Characters of markup without an event: one text, tag or comment. */
  readonly tokenLength: number;
}

export const LIMITS: ReadLimits = {
  reportBytes: 64 * MIB,
  containerBytes: 64 * MIB,
  fileBytes: 256 * MIB,
  ratio: 300,
  ratioFrom: MIB,
  entries: 1000,
  members: 10_000,
  depth: 4,
  records: 100_000,
  tokenLength: MIB,
};

/** Why a file or a report in it cannot be read, in words for people. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

export function mebibytes(bytes: number): string {
  return bytes >= MIB ? `${Math.round(bytes / MIB)} MiB` : `${bytes} bytes`;
}
