import { countProblems, diagnosticJson, hasErrors, renderDiagnostics } from "./format/diagnostics.js";
import type { CheckedFiles } from "./load-fleet.js";
import { CliError, ExitCode, colorEnabled, note } from "./output.js";

/**
 * Shows the problems of files on stderr; with `json`, errors are only in the answer.
 * @param what as the subject of a sentence
 * @throws CliError (exit code 1) if one of them is an error
 */
export function stopOnErrors(
  what: string,
  { diagnostics, sources }: Pick<CheckedFiles, "diagnostics" | "sources">,
  json: boolean,
): void {
  const failed = hasErrors(diagnostics);
  if (diagnostics.length > 0 && !(failed && json)) {
    note(renderDiagnostics(diagnostics, sources, colorEnabled(process.stderr, process.env)));
  }
  if (!failed) return;
  throw new CliError(`${what} are not valid: ${countProblems(diagnostics)}`, {
    exitCode: ExitCode.negative,
    code: "invalid-input",
    hint: "mailstack validate shows them all",
    details: { diagnostics: diagnostics.map(diagnosticJson) },
  });
}
