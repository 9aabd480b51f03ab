import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { buildName } from "../../../scripts/build-check.mjs";
import { readDomainFiles } from "../../domain/read.js";
import type { SendingDomain } from "../../domain/sending-domain.js";
import type { Diagnostic } from "../../file/diagnostic.js";
import { isYamlName } from "../../file/paths.js";
import type { SourceFile } from "../../file/source-file.js";
import { CannotTell } from "../../guard/cannot-tell.js";
import { guard, type GuardResult } from "../../guard/guard.js";
import { domainFilesDigest } from "../../guard/provenance.js";
import { DEFAULT_SETTINGS, GUARD_FILE, readSettings, type GuardSettings } from "../../guard/settings.js";
import { formatOption } from "../format-option.js";
import { countProblems, diagnosticJson, hasErrors, renderDiagnostics } from "../format/diagnostics.js";
import { formatCannotTell, formatGuardMarkdown } from "../format/guard-markdown.js";
import { formatGuardText, guardJson } from "../format/guard.js";
import { readBaseVersion } from "../git.js";
import { checkFolder, checkOffline } from "../load-fleet.js";
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
import { addProjectOptions, type ProjectFlags } from "../project-options.js";
import { openProject, type Project } from "../project.js";
import { projectName } from "../stack-versions.js";

interface GuardFlags extends ProjectFlags {
  readonly base?: string;
  readonly reviewed?: string;
  readonly evidence?: string;
  readonly format: "text" | "json" | "markdown";
  readonly json?: boolean;
}

export function registerGuard(program: Command): void {
  const command = program
    .command("guard")
    .description(
      "Judges what `pulumi preview --json` wrote. Stops changes that would harm mail, and prints the lines for guard.yaml\n" +
        "that let each of them pass. Needs no network and no credentials.\n" +
        "Exits 0 if nothing stops the change, 1 if something does, and 4 if the preview can't be judged.",
    )
    .argument("<preview>", "what pulumi preview --json wrote; - reads standard input")
    .option(
      "--base <ref>",
      "also stop changes to domains whose files did not change since this branch left <ref>",
    )
    .option("--reviewed <file>", "what guard --json wrote for the reviewed preview; any difference stops")
    .option(
      "--evidence <file>",
      "what mailstack dmarc --json wrote; lets domains that are ready raise their policy",
    )
    .addOption(formatOption("text", "json", "markdown"))
    .option("--json", "same as --format json; the answer is also the file for --reviewed");
  addProjectOptions(command).action(run);
}

async function run(preview: string, flags: GuardFlags): Promise<void> {
  const format = flags.json === true ? "json" : flags.format;
  try {
    const result = await judge(preview, flags);
    const based = flags.base !== undefined;
    if (format === "json") printJson(guardJson(result));
    else if (format === "text") print(formatGuardText(result, { based }, stdoutColors()));
    else print(formatGuardMarkdown(result, { based }));
    exitWith(result.ok ? ExitCode.ok : ExitCode.negative);
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    if (format === "markdown") print(formatCannotTell(error));
    throw new CliError(error.message, {
      exitCode: ExitCode.failed,
      code: error.code,
      hint: error.hint,
      cause: error,
    });
  }
}

async function judge(preview: string, flags: GuardFlags): Promise<GuardResult> {
  const project = openProject(flags);
  const settings = readGuardFile(project.root);
  const text = await readInput(preview, "preview", "pulumi preview --json > preview.json");
  const { files } = await readDomainFiles([project.domainsDir]);
  const checked = await checkFolder(project.domainsDir, project.region, { mayBeMissing: true });
  stopOnErrors("the domain files", checked.diagnostics, checked.sources);
  const { reviewed, evidence, stack, base } = flags;
  return guard({
    preview: text,
    now: checked.fleet,
    base: base === undefined ? undefined : domainsAt(base, project),
    settings,
    ...(reviewed !== undefined && {
      reviewed: await readInput(reviewed, "review", "mailstack guard preview.json --json > review.json"),
    }),
    ...(evidence !== undefined && {
      evidence: await readInput(evidence, "evidence", "mailstack dmarc reports/ --json > evidence.json"),
    }),
    made: { program: buildName(), domainFiles: domainFilesDigest(files) },
    stack,
    project: projectName(project.root),
    today: Date.now(),
  });
}

/** Domains whose files were not valid then count as changed. */
function domainsAt(ref: string, { domainsDir, region }: Project): readonly SendingDomain[] {
  const { files } = readBaseVersion(ref, domainsDir, (name) => isYamlName(name) && !name.startsWith("."));
  return checkOffline(files, region).domains;
}

async function readInput(path: string, what: string, command: string): Promise<string> {
  try {
    return path === "-" ? await readAll(process.stdin) : readFileSync(path, "utf8");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(error);
    throw new CannotTell(`no-${what}`, `the ${what} ${path} can't be read: ${reason}`, `make it: ${command}`);
  }
}

function readGuardFile(root: string): GuardSettings {
  const path = join(root, GUARD_FILE);
  if (!existsSync(path)) return DEFAULT_SETTINGS;
  const source: SourceFile = { path, bytes: readFileSync(path) };
  const { settings, diagnostics } = readSettings(source);
  stopOnErrors(GUARD_FILE, diagnostics, new Map([[path, source]]));
  return settings;
}

function stopOnErrors(
  what: string,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
): void {
  if (!hasErrors(diagnostics)) return;
  note(renderDiagnostics(diagnostics, sources, colorEnabled(process.stderr, process.env)));
  throw new CliError(`${what} can't be used: ${countProblems(diagnostics)}`, {
    exitCode: ExitCode.negative,
    code: "invalid-input",
    hint: "correct the errors first",
    details: { diagnostics: diagnostics.map(diagnosticJson) },
  });
}
