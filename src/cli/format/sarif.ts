import type { Diagnostic, Location, Severity } from "../../file/diagnostic.js";

/** What SARIF says about a rule in addition to its findings. */
export interface SarifRule {
  readonly severity: Severity;
  readonly summary: string;
  readonly reference?: string;
}

function region(place: Location): object {
  return {
    startLine: place.line,
    startColumn: place.column,
    ...(place.endLine === undefined ? {} : { endLine: place.endLine }),
    ...(place.endColumn === undefined ? {} : { endColumn: place.endColumn }),
  };
}

/**
 * A path as a relative URI reference: separators stay, everything else that a URI may not hold is encoded. Names on
 * Windows can hold half of a character, which has no encoding.
 */
function toUri(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split(/[\\/]/)
    .map(encodeURIComponent)
    .join("/");
}

/**
 * Diagnostics as a SARIF 2.1.0 log (OASIS), as GitHub code scanning and editors read it.
 * @param rules the catalogue; only rules with a finding are listed
 * @param version of mailstack
 * @param pathInRoot turns a diagnostic's path into one relative to the root of the checkout (`%SRCROOT%`)
 */
export function formatSarif(
  diagnostics: readonly Diagnostic[],
  rules: Readonly<Record<string, SarifRule>>,
  version: string,
  pathInRoot: (path: string) => string = (path) => path,
): object {
  const location = (place: Location): object => ({
    physicalLocation: {
      artifactLocation: { uri: toUri(pathInRoot(place.file)), uriBaseId: "%SRCROOT%" },
      region: region(place),
    },
  });
  const names = [...new Set(diagnostics.map(({ rule }) => rule))].sort();
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "mailstack",
            version,
            rules: names.map((id) => {
              const rule = rules[id];
              return {
                id,
                ...(rule && {
                  shortDescription: { text: rule.summary },
                  ...(rule.reference !== undefined && { help: { text: rule.reference } }),
                  defaultConfiguration: { level: rule.severity },
                }),
              };
            }),
          },
        },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => ({
          ruleId: diagnostic.rule,
          ruleIndex: names.indexOf(diagnostic.rule),
          level: diagnostic.severity,
          message: {
            text: diagnostic.hint === "" ? diagnostic.message : `${diagnostic.message}\n${diagnostic.hint}`,
          },
          locations: [location(diagnostic)],
          ...(diagnostic.related === undefined || diagnostic.related.length === 0
            ? {}
            : {
                relatedLocations: diagnostic.related.map((place) => ({
                  ...location(place),
                  message: { text: place.message },
                })),
              }),
        })),
      },
    ],
  };
}
