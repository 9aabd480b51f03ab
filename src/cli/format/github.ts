import type { Diagnostic } from "../../file/diagnostic.js";

/** Escapes of GitHub's workflow commands (actions/toolkit, packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/**
 * Diagnostics as GitHub Actions annotations, one workflow command a line. Columns are given only for a
 * place within one line: GitHub refuses them otherwise.
 * @param pathInWorkspace turns a diagnostic's path into one relative to the workflow's workspace
 */
export function formatGithub(
  diagnostics: readonly Diagnostic[],
  pathInWorkspace: (path: string) => string = (path) => path,
): string {
  return diagnostics
    .map((diagnostic) => {
      const { severity, rule, message, hint, file, line, column, endLine = line, endColumn } = diagnostic;
      const properties: [string, string | number][] = [
        ["file", pathInWorkspace(file)],
        ["line", line],
        ["endLine", endLine],
      ];
      if (endLine === line) {
        properties.push(["col", column]);
        if (endColumn !== undefined) properties.push(["endColumn", endColumn]);
      }
      properties.push(["title", rule]);
      const related = (diagnostic.related ?? []).map(
        (place) => `\n${pathInWorkspace(place.file)}:${place.line}:${place.column}: ${place.message}`,
      );
      const text = `${message}${hint === "" ? "" : `\n${hint}`}${related.join("")}`;
      const list = properties.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(",");
      return `::${severity} ${list}::${escapeData(text)}\n`;
    })
    .join("");
}
