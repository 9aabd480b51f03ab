import { renderDiagnostic } from "../../file/code-frame.js";
import type { LoadResult } from "../../domain/sending-domain.js";
import type { SourceFile } from "../../file/source-file.js";
import type { AllowedDiagnostic, Diagnostic } from "../../file/diagnostic.js";
import type { SpfLookups } from "../../fleet/online-spf.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";
import { formatSpfLookups } from "./spf.js";

/** "2 errors and 1 warning", or "no problems". */
export function countProblems(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  if (errors === 0 && warnings === 0) return "no problems";
  return [errors > 0 ? [count(errors, "error")] : [], warnings > 0 ? [count(warnings, "warning")] : []]
    .flat()
    .join(" and ");
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** Diagnostics with their code frames, an empty line between them; empty when there are none. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  color: boolean,
): string {
  return diagnostics
    .map((diagnostic) => renderDiagnostic(diagnostic, sources.get(diagnostic.file)?.bytes, { color }) + "\n")
    .join("\n");
}

function renderAllowed({ file, line, rule, message, reason }: AllowedDiagnostic): string {
  return `${file}:${line} allowed ${rule}: ${message} (reason: ${reason})\n`;
}

/** What `mailstack validate` found; `spf` with `--online`. */
export interface ValidateResult extends LoadResult {
  readonly spf?: readonly SpfLookups[];
}

/** The text answer of `mailstack validate`. */
export function formatValidateText(
  result: ValidateResult,
  sources: ReadonlyMap<string, SourceFile>,
  colors: Colors,
): string {
  const { diagnostics, allowed, domains, files, spf = [] } = result;
  const verdict = hasErrors(diagnostics) ? colors.red("✗") : colors.green("✓");
  return [
    renderDiagnostics(diagnostics, sources, colors.isColorSupported),
    ...allowed.map((entry) => colors.dim(renderAllowed(entry))),
    formatSpfLookups(spf),
    `${verdict} ${count(files, "file")}, ${count(domains.length, "valid domain")}, ${countProblems(diagnostics)}\n`,
  ]
    .filter((part) => part !== "")
    .join(diagnostics.length > 0 ? "\n" : "");
}

/** A diagnostic as `--json` shows it. */
export function diagnosticJson(diagnostic: Diagnostic): object {
  const { file, line, column, endLine, endColumn, severity, rule, message, hint, related } = diagnostic;
  return {
    file,
    line,
    column,
    ...(endLine === undefined ? {} : { endLine }),
    ...(endColumn === undefined ? {} : { endColumn }),
    severity,
    rule,
    message,
    hint,
    ...(related === undefined || related.length === 0 ? {} : { related }),
  };
}

/** The JSON answer of `mailstack validate`. */
export function validateJson({ files, domains, diagnostics, allowed, spf }: ValidateResult): object {
  return {
    ok: !hasErrors(diagnostics),
    files,
    domains: domains.length,
    diagnostics: diagnostics.map(diagnosticJson),
    allowed: allowed.map((entry) => ({ ...diagnosticJson(entry), reason: entry.reason })),
    ...(spf === undefined ? {} : { spf }),
  };
}
