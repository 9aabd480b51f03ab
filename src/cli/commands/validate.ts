import { relative, resolve } from "node:path";
import type { Command } from "commander";
import { checkDates } from "../../fleet/dated.js";
import { RULES } from "../../rules/catalogue/rules.js";
import type { DnsServerAddress } from "../../status/dns/dns-types.js";
import { readDnsServer } from "../dns-server.js";
import { checkStacks } from "../check-stacks.js";
import { formatOption } from "../format-option.js";
import { formatValidateText, hasErrors, validateJson, type ValidateResult } from "../format/diagnostics.js";
import { formatGithub } from "../format/github.js";
import { formatSarif } from "../format/sarif.js";
import { checkArguments, type CheckedFiles } from "../load-fleet.js";
import { CliError, ExitCode, exitWith, print, printJson, stdoutColors } from "../output.js";
import { addProjectOptions, type ProjectFlags } from "../project-options.js";
import { openProject } from "../project.js";
import { version } from "../version.js";

type Format = "text" | "json" | "github" | "sarif";

interface ValidateFlags extends ProjectFlags {
  readonly format: Format;
  readonly json?: boolean;
  readonly online?: boolean;
  readonly dnsServer?: readonly DnsServerAddress[];
}

export function registerValidate(program: Command): void {
  const command = program
    .command("validate")
    .description(
      "Checks domain files and reports every problem at once, with file, line, column, rule and hint.\n" +
        "A single file is checked together with the others in its folder. Needs no network and no credentials.\n" +
        "With --online, it also asks DNS how many lookups and void lookups each SPF record costs, which includes are broken,\n" +
        "and whether other organizations have agreed to receive the DMARC reports.",
    )
    .argument("[paths...]", "folders or files (default: the folders of all stacks)")
    .addOption(formatOption("text", "json", "github", "sarif"))
    .option("--json", "same as --format json")
    .option("--online", "also check SPF includes and the consent to receive DMARC reports in DNS")
    .option(
      "--dns-server <address>",
      "with --online: DNS server to ask, an IP address with an optional port; repeatable (default: public resolvers)",
      readDnsServer,
    );
  addProjectOptions(command).action(async (paths: string[], flags: ValidateFlags) => {
    if (flags.dnsServer !== undefined && flags.online !== true) {
      throw new CliError("--dns-server works only with --online", {
        code: "option-without-online",
        hint: "add --online, or remove --dns-server",
      });
    }
    const project = openProject(flags);
    const offline =
      paths.length === 0 && flags.stack === undefined
        ? await checkStacks(project.root, flags.region === undefined ? {} : { region: flags.region })
        : await checkArguments(paths.length > 0 ? paths : [project.domainsDir], project.region);
    const files = checkDates(offline, new Date().toISOString().slice(0, 10));
    const checked = flags.online === true ? await checkOnline(files, flags.dnsServer) : files;
    printResult(checked, flags.json === true ? "json" : flags.format);
    exitWith(hasErrors(checked.diagnostics) ? ExitCode.negative : ExitCode.ok);
  });
}

async function checkOnline(
  files: CheckedFiles,
  servers: readonly DnsServerAddress[] | undefined,
): Promise<CheckedFiles & ValidateResult> {
  // Offline, the code that asks DNS is not even loaded.
  const { spfResolver } = await import("../../status/dns/spf.js");
  const { checkSpfOnline } = await import("../../fleet/online-spf.js");
  const { checkReportsOnline } = await import("../../fleet/online-reports.js");
  const resolve = spfResolver(servers === undefined ? {} : { resolvers: servers });
  return checkSpfOnline(await checkReportsOnline(files, resolve), resolve, files.fleet);
}

function printResult(checked: CheckedFiles & ValidateResult, format: Format): void {
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

/** GitHub needs paths relative to the checkout's root, which may be above the working directory. */
function fromCheckout(path: string): string {
  const workspace = process.env["GITHUB_WORKSPACE"];
  const shown = workspace ? relative(workspace, resolve(path)) : path;
  return shown.replaceAll("\\", "/");
}
