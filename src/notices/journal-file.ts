import { randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { journalText, newJournal, parseJournal, type Journal } from "./journal.js";

/** The file can't be read or written. */
export class JournalFileError extends Error {
  override readonly name = "JournalFileError";
  readonly hint: string;
  readonly doing: "read" | "write";

  constructor(doing: "read" | "write", message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.doing = doing;
    this.hint = hint;
  }
}

/**
 * The journal in a file; a new one if there is no such file.
 * @throws JournalFileError if the file exists and is not a journal: taking it for a new one would tell nothing of all
 *   that has happened since
 */
export function readJournal(path: string): Journal {
  const hint =
    "restore the file, or delete it to start anew: then the states are kept as they are now, and nothing is told";
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return newJournal(randomUUID());
    throw new JournalFileError("read", `${path} can't be read: ${code ?? message}`, hint, error);
  }
  const journal = parseJournal(text);
  if (!("problem" in journal)) return journal;
  throw new JournalFileError("read", `${path} does not hold the last known states: ${journal.problem}`, hint);
}

/**
 * Replaces the file as a whole: a run that is killed leaves the old one or the new one.
 * @throws JournalFileError
 */
export function writeJournal(path: string, journal: Journal): void {
  let fresh: string | undefined;
  try {
    const target = realPath(path);
    fresh = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    const file = openSync(fresh, "w");
    try {
      writeFileSync(file, journalText(journal));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, target);
  } catch (error) {
    if (fresh !== undefined) rmSync(fresh, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const hint = "make its folder writable; what was told without being kept is told once more";
    throw new JournalFileError("write", `${path} can't be written: ${code ?? message}`, hint, error);
  }
}

/** Where a link leads to, so that the link stays. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
