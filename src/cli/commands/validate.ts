import { relative, resolve } from "node:path";
import { Option, type Command } from "commander";
import { RULES } from "../../domain/rules.js";
import { formatValidateText, hasErrors, validateJson } from "../format/diagnostics.js";
import { formatGithub } from "../format/github.js";
import { formatSarif } from "../format/sarif.js";
import { checkArguments, type CheckedFiles } from "../load.js";
import { ExitCode, exitWith, print, printJson, stdoutColors } from "../output.js";
import { addProjectOptions, type ProjectFlags } from "../project-options.js";
import { openProject } from "../project.js";
import { version } from "../version.js";

type Format = "text" | "json" | "github" | "sarif";

interface ValidateFlags extends ProjectFlags {
  readonly format: Format;
  readonly json?: boolean;
}

export function registerValidate(program: Command): void {
  const command = program
    .command("validate")
    .description(
      "Checks domain files and reports every problem at once, with file, line, column, rule and hint.\n" +
        "A single file is checked together with the others of its folder. Needs no network and no credentials.",
    )
    .argument("[paths...]", "folders or files (default: the project's domains folder)")
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["text", "json", "github", "sarif"])
        .default("text"),
    )
    .option("--json", "same as --format json");
  addProjectOptions(command).action(async (paths: string[], flags: ValidateFlags) => {
    const project = openProject(flags);
    const checked = await checkArguments(paths.length > 0 ? paths : [project.domainsDir], project.region);
    printResult(checked, flags.json === true ? "json" : flags.format);
    exitWith(hasErrors(checked.diagnostics) ? ExitCode.negative : ExitCode.ok);
  });
}

function printResult(checked: CheckedFiles, format: Format): void {
  switch (format) {
    case "text":
      return print(formatValidateText(checked, checked.sources, stdoutColors()));
    case "json":
      return printJson(validateJson(checked));
    case "github":
      return print(formatGithub(checked.diagnostics, fromCheckout));
    case "sarif":
      return printJson(formatSarif(checked.diagnostics, RULES, version(), fromCheckout));
  }
}

/** GitHub shows a finding only under its path from the checkout's root, which may lie above the working directory. */
function fromCheckout(path: string): string {
  const workspace = process.env["GITHUB_WORKSPACE"];
  const shown = workspace ? relative(workspace, resolve(path)) : path;
  return shown.replaceAll("\\", "/");
}
