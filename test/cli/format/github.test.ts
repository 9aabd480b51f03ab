import { describe, expect, it } from "vitest";
import { formatGithub } from "../../../src/cli/format/github.js";
import type { Diagnostic } from "../../../src/file/diagnostic.js";

const diagnostic: Diagnostic = {
  file: "domains/a.example.yaml",
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 9,
  severity: "error",
  rule: "unknown-key",
  message: "unknown key",
  hint: "write `dmarc`",
};

describe("formatGithub", () => {
  it("writes one workflow command for each diagnostic", () => {
    expect(formatGithub([diagnostic, { ...diagnostic, severity: "warning" }])).toBe(
      "::error file=domains/a.example.yaml,line=3,endLine=3,col=5,endColumn=9,title=unknown-key::unknown key%0Awrite `dmarc`\n" +
        "::warning file=domains/a.example.yaml,line=3,endLine=3,col=5,endColumn=9,title=unknown-key::unknown key%0Awrite `dmarc`\n",
    );
  });

  it("writes nothing when all is well", () => {
    expect(formatGithub([])).toBe("");
  });

  it("escapes percent, line ends, colons and commas as the runner unescapes them", () => {
    const text = formatGithub([
      { ...diagnostic, file: "a,b:c%.yaml", message: "100% wrong: a, b\r\n::error::", hint: "" },
    ]);
    expect(text).toBe(
      "::error file=a%2Cb%3Ac%25.yaml,line=3,endLine=3,col=5,endColumn=9,title=unknown-key::100%25 wrong: a, b%0D%0A::error::\n",
    );
    expect(text.trimEnd().split("\n")).toHaveLength(1);
  });

  it("gives no columns for a place of several lines", () => {
    expect(formatGithub([{ ...diagnostic, endLine: 5 }])).toContain("line=3,endLine=5,title=");
  });

  it("names the other places and translates every path", () => {
    const related = [{ file: "b.yaml", line: 1, column: 2, message: "the other" }];
    expect(formatGithub([{ ...diagnostic, hint: "", related }], (path) => `infra/${path}`)).toBe(
      "::error file=infra/domains/a.example.yaml,line=3,endLine=3,col=5,endColumn=9,title=unknown-key::unknown key%0Ainfra/b.yaml:1:2: the other\n",
    );
  });
});
