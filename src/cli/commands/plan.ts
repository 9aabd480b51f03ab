import { existsSync } from "node:fs";
import { basename, dirname, normalize } from "node:path";
import type { Command } from "commander";
import type { LoadResult } from "../../domain/sending-domain.js";
import { isYamlName } from "../../file/paths.js";
import { someOf } from "../../file/some-of.js";
import { comparePlans, type DomainChange } from "../../fleet/compare-plans.js";
import { planDomains } from "../../fleet/plan.js";
import { formatOption } from "../format-option.js";
import { formatChangesMarkdown } from "../format/changes-markdown.js";
import { formatChangesText, type Base } from "../format/changes.js";
import { formatPlanMarkdown, formatPlanText } from "../format/plan.js";
import { readBaseVersion } from "../git.js";
import {
  checkFolder,
  checkOffline,
  checkSingleFile,
  folderExists,
  type CheckedFiles,
} from "../load-fleet.js";
import { note, print, printJson, stdoutColors } from "../output.js";
import { addProjectOptions, type ProjectFlags } from "../project-options.js";
import { openProject, type DefaultRegion } from "../project.js";
import { stopOnErrors } from "../stop-on-errors.js";

type Format = "text" | "json" | "markdown";

interface PlanFlags extends ProjectFlags {
  readonly base?: string;
  readonly format: Format;
  readonly json?: boolean;
}

/** A comparison with an earlier version of the files. */
interface Comparison extends Base {
  /** Files that were not valid then; their domains count as added. */
  readonly invalid: readonly string[];
  readonly changes: readonly DomainChange[];
}

export function registerPlan(program: Command): void {
  const command = program
    .command("plan")
    .description(
      "Shows the DNS records of each domain. With --base, shows what this branch changes and what that means for mail,\n" +
        "worst first. Needs no network and no credentials.",
    )
    .argument("[path]", "folder of domain files, or one of its files (default: the project's folder)")
    .option("--base <ref>", "compare with the commit where this branch left <ref>, e.g. origin/main")
    .addOption(formatOption("text", "json", "markdown"))
    .option("--json", "same as --format json");
  addProjectOptions(command).action(plan);
}

async function plan(path: string | undefined, flags: PlanFlags): Promise<void> {
  const project = openProject(flags);
  const asked = normalize(path ?? project.domainsDir);
  const format = flags.json === true ? "json" : flags.format;
  // In git, deleting the last domain file deletes the folder. With a base, that is a change like any other.
  const mayBeMissing = flags.base !== undefined;
  const checked = isSingleFile(asked)
    ? await checkSingleFile(asked, project.region, { mayBeMissing })
    : await checkFolder(asked, project.region, { mayBeMissing });
  stopOnErrors("the domain files", checked, format === "json");
  const comparison =
    flags.base === undefined ? undefined : compare(flags.base, asked, checked, project.region);
  printPlan(checked, comparison, format);
}

/** Whether the path names one file. A file missing from the working tree is recognized by its name. */
function isSingleFile(path: string): boolean {
  return existsSync(path) ? !folderExists(path) : isYamlName(path);
}

function compare(ref: string, asked: string, now: CheckedFiles, region: DefaultRegion): Comparison {
  const single = isSingleFile(asked) ? basename(asked) : undefined;
  const folder = single === undefined ? asked : dirname(asked);
  const { commit, files } = readBaseVersion(
    ref,
    folder,
    (name) => name === single || (isYamlName(name) && !name.startsWith(".")),
  );
  const then = checkOffline(files, region);
  const concerns = ({ file }: { readonly file: string }): boolean =>
    single === undefined || basename(file) === single;
  const errors = then.diagnostics.filter(({ severity }) => severity === "error");
  const invalid = [...new Set(errors.filter(concerns).map(({ file }) => file))];
  if (invalid.length > 0) {
    note(`not valid at ${ref}, so their domains count as added: ${someOf(invalid)}`);
  }
  // Compares all files: a set that another file describes stays.
  const concerned = new Set([...then.domains, ...now.domains].filter(concerns).map(({ domain }) => domain));
  const changes = comparePlans(then.domains, now.fleet).filter(({ domain }) => concerned.has(domain));
  return { ref, commit, invalid, changes };
}

function printPlan({ domains }: LoadResult, comparison: Comparison | undefined, format: Format): void {
  const records = planDomains(domains);
  if (comparison === undefined) {
    if (format === "json") printJson(records);
    else print(format === "text" ? formatPlanText(records, stdoutColors()) : formatPlanMarkdown(records));
    return;
  }
  const { changes, ...base } = comparison;
  if (format === "json") printJson({ ...records, base, changes });
  else if (format === "text") print(formatChangesText(changes, base, stdoutColors()));
  else print(formatChangesMarkdown(changes, base));
}
