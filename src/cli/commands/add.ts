import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { canonicalName, sendingDomainProblems } from "../../file/names.js";
import { RULES } from "../../rules/catalogue/rules.js";
import type { SourceFile } from "../../file/source-file.js";
import type { Diagnostic } from "../../file/diagnostic.js";
import { readDomainFiles } from "../../domain/read.js";
import { planDomains } from "../../fleet/plan.js";
import { PUBLISHER_NAMES, publisherOf } from "../../publishers/index.js";
import { domainFileText, type DomainFileSettings } from "../domain-file.js";
import { diagnosticJson, hasErrors, renderDiagnostics } from "../format/diagnostics.js";
import { formatPlanText } from "../format/plan.js";
import { checkOffline, folderExists } from "../load-fleet.js";
import { CliError, ExitCode, colorEnabled, note, print, printJson, stdoutColors } from "../output.js";
import { openProject } from "../project.js";

interface AddFlags extends Omit<DomainFileSettings, "domain"> {
  readonly dir?: string;
  readonly stack?: string;
  readonly json?: boolean;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("Write a number of seconds.");
  return value;
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

export function registerAdd(program: Command): void {
  program
    .command("add")
    .description(
      "Writes the file of a new sending domain and shows the records the domain will get. The file must first pass every\n" +
        "check together with the existing files. An existing file is never overwritten.",
    )
    .argument("<domain>", "the domain to send mail from, e.g. yourdomain.com")
    .option("--dir <folder>", "folder of the domain files (default: the project's)")
    .option("--stack <name>", "stack whose Pulumi.<stack>.yaml is read (default: all, if they agree)")
    .option("--region <region>", "SES Region (default: from _defaults.yaml or the stack)")
    .addOption(new Option("--dns <who>", "who publishes the records").choices(PUBLISHER_NAMES))
    .option("--zone <name>", "zone at the DNS host (default: the registrable domain)")
    .option("--ttl <seconds>", "TTL of the records: 1 (automatic) or 60–86400", seconds)
    .option("--mail-from <label>", "subdomain for bounces (default: mail)")
    .addOption(
      new Option("--dmarc <policy>", "DMARC policy").choices(["none", "quarantine", "reject", "unmanaged"]),
    )
    .option(
      "--rua <address>",
      "where DMARC aggregate reports go; repeatable (default: dmarc@<domain>)",
      collect,
    )
    .option("--configuration-set <name>", "an existing SES configuration set")
    .option("--protect", "protect this domain's resources from deletion")
    .option("--json", "print only JSON on stdout")
    .action(add);
}

async function add(typed: string, flags: AddFlags): Promise<void> {
  const domain = checkedName(typed);
  if (flags.dmarc === "unmanaged" && flags.rua !== undefined) {
    throw new CliError("--rua has no effect with --dmarc unmanaged", {
      code: "conflicting-options",
      hint: "remove one of the two",
    });
  }
  const project = openProject(flags.stack === undefined ? {} : { stack: flags.stack });
  const folder = flags.dir ?? project.domainsDir;
  const file: SourceFile = {
    path: join(folder, `${domain}.yaml`),
    bytes: Buffer.from(domainFileText({ ...flags, domain })),
  };
  refuseExisting(folder, domain);
  const present = folderExists(folder) ? (await readDomainFiles([folder])).files : [];
  const files = [...present, file];
  const checked = checkOffline(files, project.region);
  const concerning = checked.diagnostics.filter((diagnostic) => concerns(diagnostic, file.path, domain));
  const sources = new Map(files.map((source) => [source.path, source]));
  if (hasErrors(concerning)) {
    if (flags.json !== true) {
      note(renderDiagnostics(concerning, sources, colorEnabled(process.stderr, process.env)));
    }
    throw new CliError(`${domain} was not added: its file would not be valid`, {
      exitCode: ExitCode.negative,
      code: "invalid-input",
      details: { diagnostics: concerning.map(diagnosticJson) },
    });
  }
  writeNew(file);
  const plan = planDomains(checked.domains.filter((entry) => entry.domain === domain));
  const next = [
    `commit ${file.path} and open a pull request: mailstack validate and mailstack plan --base run there`,
    "on merge, pulumi up creates the SES identity" +
      (flags.dns !== undefined && publisherOf(flags.dns).host === undefined
        ? `; then mailstack status ${domain} --format markdown lists the records for whoever owns the DNS`
        : " and publishes the records"),
    "SES verifies the domain within minutes to 72 hours; the stack output domains shows when",
  ];
  if (flags.json === true) {
    printJson({
      ok: true,
      file: file.path,
      ...plan,
      diagnostics: concerning.map(diagnosticJson),
      next,
    });
    return;
  }
  if (concerning.length > 0) {
    note(renderDiagnostics(concerning, sources, colorEnabled(process.stderr, process.env)));
  }
  const colors = stdoutColors();
  print(
    `${colors.green("✓")} wrote ${file.path}\n\n${formatPlanText(plan, colors)}\nNext:\n` +
      next.map((step, index) => `  ${index + 1}. ${step}\n`).join(""),
  );
}

/** The canonical form of the typed name, or a failure that says why it is not a domain. */
function checkedName(typed: string): string {
  const problem = sendingDomainProblems(typed).find(({ rule }) => RULES[rule].severity === "error");
  const name = canonicalName(typed);
  if (problem === undefined && "name" in name) return name.name;
  throw new CliError(problem?.message ?? `${typed} is not a domain`, {
    exitCode: ExitCode.negative,
    code: problem?.rule ?? "invalid-domain",
    ...(problem === undefined ? {} : { hint: problem.hint }),
  });
}

function concerns(diagnostic: Diagnostic, path: string, domain: string): boolean {
  return (
    diagnostic.file === path ||
    diagnostic.domain === domain ||
    (diagnostic.related ?? []).some((place) => place.file === path)
  );
}

function refuseExisting(folder: string, domain: string): void {
  const path = [".yaml", ".yml"].map((extension) => join(folder, domain + extension)).find(existsSync);
  if (path !== undefined) throw fileExists(path);
}

function fileExists(path: string): CliError {
  return new CliError(`${path} already exists`, {
    exitCode: ExitCode.negative,
    code: "file-exists",
    hint: "edit the file, or delete it first",
  });
}

function writeNew({ path, bytes }: SourceFile): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw fileExists(path);
    throw new CliError(`cannot write ${path}: ${(error as Error).message}`, {
      exitCode: ExitCode.failed,
      code: "write-failed",
      cause: error,
    });
  }
}
