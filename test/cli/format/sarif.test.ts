import { describe, expect, it } from "vitest";
import { formatSarif } from "../../../src/cli/format/sarif.js";
import type { Diagnostic } from "../../../src/file/diagnostic.js";

const rules = {
  "mail-from-clash": { severity: "error", summary: "One MAIL FROM name each.", reference: "SES guide" },
  "unused-allow": { severity: "warning", summary: "An allowed rule is broken." },
} as const;

const clash: Diagnostic = {
  file: "domains/münchen x.yaml",
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 9,
  severity: "error",
  rule: "mail-from-clash",
  message: "clash",
  hint: "choose another name",
  related: [{ file: "domains/b.yaml", line: 1, column: 1, message: "first use" }],
};

const point: Diagnostic = {
  file: "domains/b.yaml",
  line: 1,
  column: 1,
  severity: "warning",
  rule: "unused-allow",
  message: "unused",
  hint: "",
};

// Shapes: SARIF 2.1.0 §3.13 (log), §3.19.2 (driver), §3.27 (result), §3.30 (region).
describe("formatSarif", () => {
  it("takes a path with half of a character in it, which only Windows has", () => {
    const log = JSON.stringify(formatSarif([{ ...point, file: "domains/\ud800.yaml" }], rules, "1.2.3"));
    expect(log).toContain('"uri":"domains/%EF%BF%BD.yaml"');
  });

  it("is a SARIF 2.1.0 log with the rules that have findings", () => {
    const log = formatSarif([clash, point], rules, "1.2.3") as {
      version: string;
      runs: { tool: { driver: { name: string; version: string; rules: object[] } }; columnKind: string }[];
    };
    expect(log.version).toBe("2.1.0");
    expect(log.runs).toHaveLength(1);
    expect(log.runs[0]!.columnKind).toBe("utf16CodeUnits");
    expect(log.runs[0]!.tool.driver).toEqual({
      name: "mailstack",
      version: "1.2.3",
      rules: [
        {
          id: "mail-from-clash",
          shortDescription: { text: "One MAIL FROM name each." },
          help: { text: "SES guide" },
          defaultConfiguration: { level: "error" },
        },
        {
          id: "unused-allow",
          shortDescription: { text: "An allowed rule is broken." },
          defaultConfiguration: { level: "warning" },
        },
      ],
    });
  });

  it("gives each result its place as a relative URI, with related places", () => {
    const log = formatSarif([clash, point], rules, "1.2.3", (path) => `infra/${path}`) as {
      runs: { results: object[] }[];
    };
    expect(log.runs[0]!.results).toEqual([
      {
        ruleId: "mail-from-clash",
        ruleIndex: 0,
        level: "error",
        message: { text: "clash\nchoose another name" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "infra/domains/m%C3%BCnchen%20x.yaml", uriBaseId: "%SRCROOT%" },
              region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
            },
          },
        ],
        relatedLocations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "infra/domains/b.yaml", uriBaseId: "%SRCROOT%" },
              region: { startLine: 1, startColumn: 1 },
            },
            message: { text: "first use" },
          },
        ],
      },
      {
        ruleId: "unused-allow",
        ruleIndex: 1,
        level: "warning",
        message: { text: "unused" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "infra/domains/b.yaml", uriBaseId: "%SRCROOT%" },
              region: { startLine: 1, startColumn: 1 },
            },
          },
        ],
      },
    ]);
  });

  it("has an empty list of results when all is well", () => {
    const log = formatSarif([], rules, "1.2.3") as { runs: { results: object[]; tool: object }[] };
    expect(log.runs[0]!.results).toEqual([]);
  });
});
