import { createReadStream } from "node:fs";
import { isAtOrBelow } from "../../file/names.js";
import type { SendingDomain } from "../../domain/sending-domain.js";
import type { Command } from "commander";
import { someOf } from "../../file/some-of.js";
import { checkMessage } from "../../reports/check-message.js";
import type { CheckedIdentifier, MessageCheck } from "../../reports/message-outcome.js";
import { bodyStart, parseHeaders, type HeaderField } from "../../reports/headers.js";
import { checkFolder } from "../load-fleet.js";
import { CliError, ExitCode, exitWith, print, printJson, stdoutColors, type Colors } from "../output.js";
import { addProjectOptions, type ProjectFlags } from "../project-options.js";
import { anyRegion, openProject } from "../project.js";

/** Bytes of a header; receivers refuse far smaller ones. */
const MAX_HEADER = 1024 * 1024;

interface CheckMessageFlags extends ProjectFlags {
  readonly authservId?: string;
  readonly domains?: string;
  readonly json?: boolean;
}

export function registerCheckMessage(program: Command): void {
  const command = program
    .command("check-message")
    .description(
      "Reads the results that a receiver wrote into a message (Authentication-Results, else ARC, else Received-SPF) and\n" +
        "shows whether SPF and DKIM passed and were aligned with From. Exits 0 if at least one was and DMARC passed, else 1.\n" +
        "Senders can forge these fields. Trust only those of your own receiver, and name it with --authserv-id.",
    )
    .argument("<file>", "the message as received (.eml), or - for standard input")
    .option("--authserv-id <id>", "receiver whose results count (default: the topmost)")
    .option("--domains <folder>", "folder of domain files (default: the project's, if it has one)")
    .option("--json", "print JSON");
  addProjectOptions(command).action(async (file: string, flags: CheckMessageFlags) => {
    const headers = await readHeader(file);
    const project = openProject(flags);
    const { domains } = await checkFolder(flags.domains ?? project.domainsDir, anyRegion(project), {
      mayBeMissing: flags.domains === undefined,
    });
    const check = checkMessage(headers, {
      ...(flags.authservId === undefined ? {} : { authservId: flags.authservId }),
      alignmentOf: (from) => alignmentOf(from, domains),
      publishing: domains.flatMap(({ domain, dmarc }) => (dmarc === "unmanaged" ? [] : [domain])),
    });
    if (flags.json === true) printJson(check);
    else print(checkText(check, stdoutColors()));
    exitWith(check.ok ? ExitCode.ok : ExitCode.negative);
  });
}

/**
 * What the record says that applies to a From domain: its own, else that of its organizational domain, which is the
 * shortest name above it with a record (RFC 9989 §4.10.1, §4.10.2). DMARC's default where no file says.
 */
function alignmentOf(from: string, domains: readonly SendingDomain[]): MessageCheck["alignment"] {
  const above = domains
    .filter(({ domain }) => isAtOrBelow(from, domain))
    .sort((a, b) => a.domain.length - b.domain.length);
  const applies = above.find(({ domain }) => domain === from) ?? above[0];
  return applies === undefined || applies.dmarc === "unmanaged"
    ? { dkim: "relaxed", spf: "relaxed" }
    : applies.dmarc.alignment;
}

async function readHeader(file: string): Promise<HeaderField[]> {
  const stream = file === "-" ? process.stdin : createReadStream(file);
  let text = "";
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const from = Math.max(0, text.length - 4);
      text += chunk.toString("latin1");
      const end = bodyStart(text, from);
      if (end !== undefined) {
        text = text.slice(0, end.headersEnd);
        break;
      }
      if (text.length > MAX_HEADER) throw invalid(`the header of ${file} is larger than 1 MiB`);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, {
      code: "no-such-path",
      cause: error,
    });
  }
  const headers = parseHeaders(
    Buffer.from(text, "latin1")
      .toString("utf8")
      .replace(/^\ufeff/, ""),
  );
  if (headers.length === 0) throw invalid(`${file} is not a message: it has no header fields`);
  return headers;
}

function invalid(message: string): CliError {
  return new CliError(message, {
    exitCode: ExitCode.negative,
    code: "invalid-input",
    hint: "save the message as received, with all its headers (“show original”, “download message”)",
  });
}

function checkText(check: MessageCheck, colors: Colors): string {
  const line = (label: string, { result, domain, aligned }: CheckedIdentifier): string => {
    const state = aligned ? colors.green("aligned") : colors.red("not aligned");
    return `${label}  ${result}${domain === undefined ? "" : ` for ${domain}`}, ${state}`;
  };
  const says = check.countedIds.map((id) => `, ${id}`).join("");
  const others = check.authservIds.filter((id) => !check.countedIds.includes(id));
  return [
    `${check.ok ? colors.green("✓") : colors.red("✗")} ${colors.bold(check.from ?? "no From domain")}`,
    `source ${check.source}${says}${others.length === 0 ? "" : ` (not used: ${someOf(others)})`}`,
    line("SPF  ", check.spf),
    ...(check.dkim.length === 0
      ? [line("DKIM ", { result: "none", aligned: false })]
      : check.dkim.map((signature) => line("DKIM ", signature))),
    `DMARC  ${check.dmarc}`,
    ...check.advice.map((text) => `- ${text}`),
    "",
  ].join("\n");
}
