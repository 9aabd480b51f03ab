import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { checkAgainstLive, importDomains, Unread, type ImportCost } from "../../adopt/import-domains.js";
import { isSesRegion } from "../../domain/regions.js";
import { readDomainFiles } from "../../domain/read.js";
import type { SourceFile } from "../../file/source-file.js";
import { canonicalName } from "../../file/names.js";
import { someOf } from "../../file/some-of.js";
import { importCommand, importFile, parseImportFile, type ImportEntry } from "../../state/import-file.js";
import { renderDiagnostics } from "../format/diagnostics.js";
import { formatCheckText, formatImportText } from "../format/import.js";
import { ProgressLine } from "../format/status-progress.js";
import { openSes } from "../inspection.js";
import { checkFolder, folderExists } from "../load-fleet.js";
import {
  CliError,
  colorEnabled,
  ExitCode,
  exitWith,
  note,
  print,
  printJson,
  stdoutColors,
} from "../output.js";
import { openProject, qualifiedStack, type Project } from "../project.js";
import { readStackSettings } from "../stack-config.js";
import { readStackState } from "../stack-state.js";
import { parseUrn } from "../../state/urn.js";
import { selectNames } from "../stack-domains.js";

interface ImportFlags {
  readonly region?: readonly string[];
  readonly out?: string;
  readonly file: string;
  readonly stack?: string;
  readonly check?: boolean;
  readonly leave?: boolean;
  readonly json?: boolean;
}

export function registerImport(program: Command): void {
  program
    .command("import")
    .description(
      "Adopts domains that exist: reads SES and DNS, writes a domain file for each identity, and the file for\n" +
        "`pulumi import`. It changes nothing in SES or DNS. A domain that a file can't describe to the letter is left out.\n" +
        "Exit codes: 0 all domains are adopted, or with --check there are no changes; 1 some are left out, or there are\n" +
        "changes; 4 SES or DNS can't be read.",
    )
    .argument("[domain...]", "domains to adopt (default: every identity that is a domain)")
    .option(
      "--region <region>",
      "SES Region to read; repeatable, the primary one first (default: the stack's)",
      (value: string, previous: readonly string[] = []) => [...previous, value],
    )
    .option("--out <folder>", "folder of the domain files (default: the project's)")
    .option("--file <file>", "the file for `pulumi import`; what it has already is kept", "import.json")
    .option("--stack <name>", "stack that is to have the domains (default: the selected one)")
    .option("--leave", "leave DMARC and other optional records that a file can't express outside the stack")
    .option("--check", "compare the domain files that are there with SES and DNS, and write nothing")
    .option("--json", "print only JSON on stdout")
    .action(run);
}

async function run(typed: string[], flags: ImportFlags): Promise<void> {
  const project = openProject(flags.stack === undefined ? {} : { stack: flags.stack });
  const { services, url } = await readStackSettings({
    root: project.root,
    ...(flags.stack !== undefined && { stack: flags.stack }),
  });
  const progress = new ProgressLine(process.stderr);
  const ses = openSes(services, progress);
  const own = qualifiedStack(project.root, flags.stack);
  const sources = {
    ses,
    isOwnStack: (stack: string) => stack === own,
    hosts: {
      url,
      onWait: (seconds: number) =>
        progress.show(`waiting ${seconds} s, so as not to go beyond the limit of calls`),
    },
    onCost: announce,
    onProgress: (text: string) => progress.show(text),
  };
  try {
    const work = flags.check === true ? check : adopt;
    await work(typed.map(canonical), flags, project, sources);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    throw new CliError(error.message, {
      exitCode: ExitCode.failed,
      code: "unread",
      cause: error,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  } finally {
    progress.clear();
    ses.close();
  }
}

type Sources = Pick<
  Parameters<typeof importDomains>[0],
  "ses" | "hosts" | "isOwnStack" | "onCost" | "onProgress"
>;

function canonical(typed: string): string {
  const name = canonicalName(typed);
  if ("name" in name) return name.name;
  throw new CliError(`${typed}: ${name.problem}`, { code: "invalid-domain", exitCode: ExitCode.usage });
}

/** Seconds from which a command says first what it costs. */
const WORTH_TELLING = 10;

function announce({ calls, seconds }: ImportCost): void {
  if (seconds <= WORTH_TELLING) return;
  note(`This takes about ${seconds} seconds, and changes nothing. Calls: ${calls.join("; ")}.`);
}

async function adopt(
  names: readonly string[],
  flags: ImportFlags,
  project: Project,
  sources: Sources,
): Promise<void> {
  const { file: path, stack, leave = false } = flags;
  const folder = flags.out ?? project.domainsDir;
  const inState = await resourcesInState(project, stack);
  let entries = readEntries(path).filter(({ name }) => !inState.has(name));
  const present = folderExists(folder) ? (await readDomainFiles([folder])).files : [];
  const report = await importDomains({
    ...sources,
    names,
    regions: regionsOf(flags, project),
    folder,
    present,
    load: loadOptions(project),
    entries,
    inState,
    leave,
    onReady: (ready) => {
      for (const file of ready.files) writeNew(file);
      entries = merged(entries, ready.entries).filter(({ name }) => !inState.has(name));
      if (entries.length > 0) writeEntries(path, entries);
    },
  });
  const done = report.adopted.length + report.confirmed.length > 0;
  const next = done
    ? [
        `mailstack import --check compares the files with SES and DNS`,
        `${importCommand(path)} takes everything into the stack's state`,
        "pulumi preview then shows one create for each domain, <domain>/registration: the time it joined the stack, kept in the state alone",
      ]
    : [];
  if (flags.json === true) {
    printJson({
      ok: report.refused.length + report.absent.length === 0,
      leftOut: report.refused,
      absent: report.absent,
      addresses: report.addresses,
      adopted: report.adopted.map(({ domain, file, comparison, left }) => ({
        domain: domain.domain,
        file: file.path,
        records: comparison.records,
        resources: comparison.entries.length,
        left,
      })),
      confirmed: report.confirmed,
      skipped: report.skipped,
      records: report.records,
      file: path,
      next,
    });
  } else print(formatImportText(report, { file: path, next }, stdoutColors()));
  if (report.refused.some(({ unread }) => unread === true)) exitWith(ExitCode.failed);
  else if (report.refused.length + report.absent.length > 0) exitWith(ExitCode.negative);
}

async function check(
  names: readonly string[],
  flags: ImportFlags,
  project: Project,
  sources: Sources,
): Promise<void> {
  const checked = await checkFolder(flags.out ?? project.domainsDir, project.region);
  const errors = checked.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    note(renderDiagnostics(errors, checked.sources, colorEnabled(process.stderr, process.env)));
    throw new CliError("the domain files have errors", {
      exitCode: ExitCode.negative,
      code: "invalid-input",
      hint: "mailstack validate shows them",
    });
  }
  const known = checked.domains.map(({ domain }) => domain);
  const wanted = new Set(names.length === 0 ? known : selectNames(known, names));
  const report = await checkAgainstLive(
    checked.domains.filter(({ domain }) => wanted.has(domain)),
    sources,
  );
  if (flags.json === true) printJson({ ok: report.differences.length === 0, ...report });
  else print(formatCheckText(report, stdoutColors()));
  if (report.differences.length > 0) exitWith(ExitCode.negative);
}

function loadOptions({ region }: Project): { readonly defaultRegion?: string } {
  return typeof region === "string" ? { defaultRegion: region } : {};
}

function regionsOf({ region: asked }: ImportFlags, project: Project): readonly string[] {
  if (asked === undefined) {
    if (project.region instanceof CliError) throw project.region;
    if (project.region !== undefined) return [project.region];
    throw new CliError("no SES Region is known", {
      exitCode: ExitCode.usage,
      code: "no-region",
      hint: "name each Region that has identities: --region us-east-1",
    });
  }
  const unknown = asked.filter((region) => !isSesRegion(region));
  if (unknown.length === 0) return [...new Set(asked)];
  throw new CliError(`Amazon SES is not available in ${someOf(unknown)}`, {
    exitCode: ExitCode.usage,
    code: "unknown-region",
  });
}

function readEntries(path: string): readonly ImportEntry[] {
  if (!existsSync(path)) return [];
  try {
    return parseImportFile(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new CliError(`${path} is there, and mailstack import did not write it`, {
      exitCode: ExitCode.usage,
      code: "not-an-import-file",
      hint: "name another file with --file",
      cause: error,
    });
  }
}

/**
 * Names of the resources in the stack's state: Pulumi refuses to import them again. Without a stack there are none yet;
 * if the state can't be read, `pulumi import` says so.
 */
async function resourcesInState({ root }: Project, stack: string | undefined): Promise<ReadonlySet<string>> {
  try {
    const { resources } = await readStackState({ file: undefined, stack, root });
    return new Set(resources.flatMap(({ urn }) => parseUrn(urn)?.name ?? []));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return new Set();
  }
}

function merged(known: readonly ImportEntry[], more: readonly ImportEntry[]): ImportEntry[] {
  const byName = new Map([...known, ...more].map((entry) => [`${entry.type} ${entry.name}`, entry]));
  return [...byName.values()];
}

/** Whoever kills the command finds the old file or the new one. */
function writeEntries(path: string, entries: readonly ImportEntry[]): void {
  writing(path, () => {
    const next = `${path}.new`;
    writeFileSync(next, JSON.stringify(importFile(entries), null, 2) + "\n");
    renameSync(next, path);
  });
}

function writeNew({ path, bytes }: SourceFile): void {
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { flag: "wx" });
  });
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new CliError(`cannot write ${path}: ${(error as Error).message}`, {
      exitCode: ExitCode.failed,
      code: "write-failed",
      cause: error,
    });
  }
}
