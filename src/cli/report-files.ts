import { createReadStream, type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "./output.js";
import { ReportCounter } from "../reports/count.js";
import { readReports } from "../reports/read.js";

export interface FileProblem {
  readonly file: string;
  readonly message: string;
}

export interface CountedFiles {
  readonly counter: ReportCounter;
  readonly files: number;
  /** Files, or parts of them, that could not be read. */
  readonly errors: readonly FileProblem[];
  /** Records that were left out of reports that were counted. */
  readonly skipped: readonly FileProblem[];
}

/** How many problems of one file are shown; an archive may hold a thousand broken reports. */
const MAX_NOTED = 50;
/** What reports come as; a folder's other files are passed over. */
const REPORT_FILE = /\.(?:xml|gz|gzip|zip|eml|mbox)$/i;

/**
 * Reads and counts the reports in files and in folders with their subfolders. A broken file doesn't stop the others.
 * @param known domains that are kept apart in any case
 * @throws CliError (exit code 2) for a path that does not exist
 */
export async function countReportFiles(
  paths: readonly string[],
  known: ReadonlySet<string>,
): Promise<CountedFiles> {
  const counter = new ReportCounter(known);
  const errors: FileProblem[] = [];
  const skipped: FileProblem[] = [];
  let files = 0;
  for await (const file of reportFiles(paths)) {
    files++;
    const noted = { errors: 0, skipped: 0 };
    const note = (list: "errors" | "skipped", message: string): void => {
      noted[list]++;
      const text = noted[list] === MAX_NOTED ? "and more like these" : message;
      if (noted[list] <= MAX_NOTED) ({ errors, skipped })[list].push({ file, message: text });
    };
    try {
      for await (const result of readReports(createReadStream(file))) {
        if ("error" in result) note("errors", result.error);
        else if (counter.add(result.report)) for (const text of result.report.skipped) note("skipped", text);
      }
    } catch (error) {
      // The file itself: no permission, a failing disk.
      errors.push({ file, message: (error as Error).message });
    }
  }
  return { counter, files, errors, skipped };
}

async function* reportFiles(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw new CliError(`there is no file or folder ${JSON.stringify(path)}`, {
        code: "no-such-path",
        hint: "name report files, or a folder of .xml, .gz, .zip, .eml or .mbox files",
        cause: error,
      });
    });
    if (found.isDirectory()) yield* walk(path);
    else yield path;
  }
}

/** Symbolic links are not followed: a folder of attachments must not lead elsewhere. */
async function* walk(folder: string): AsyncGenerator<string> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile() && REPORT_FILE.test(entry.name)) yield path;
  }
}
