import { describe, expect, it } from "vitest";
import { codeFrame, renderDiagnostic } from "../../src/file/code-frame.js";
import type { Diagnostic } from "../../src/file/diagnostic.js";

const text = "domain: yourdomain.com\nregion: us-eats-1\nttl: 1800\ndns: manual\nprotect: true\n";
const diagnostic: Diagnostic = {
  file: "domains/yourdomain.com.yaml",
  line: 2,
  column: 9,
  endLine: 2,
  endColumn: 18,
  severity: "error",
  rule: "unknown-region",
  message: "`us-eats-1` is no Region",
  hint: "did you mean `us-east-1`?",
};

describe("renderDiagnostic", () => {
  it("shows two lines of context, a caret under the mistake, and the hint", () => {
    expect(renderDiagnostic(diagnostic, text)).toBe(
      [
        "domains/yourdomain.com.yaml:2:9 error `us-eats-1` is no Region [unknown-region]",
        "  1 | domain: yourdomain.com",
        "> 2 | region: us-eats-1",
        "    |         ^^^^^^^^^",
        "  3 | ttl: 1800",
        "  4 | dns: manual",
        "  hint: did you mean `us-east-1`?",
      ].join("\n"),
    );
  });

  it("colours only when told to", () => {
    const escape = "\u001b[";
    expect(renderDiagnostic(diagnostic, text)).not.toContain(escape);
    expect(renderDiagnostic(diagnostic, text, { color: true })).toContain(escape);
  });

  it("does without the source, and names the other places", () => {
    const related = [{ file: "domains/b.yaml", line: 1, column: 9, message: "the other file" }];
    expect(renderDiagnostic({ ...diagnostic, related }, undefined)).toBe(
      [
        "domains/yourdomain.com.yaml:2:9 error `us-eats-1` is no Region [unknown-region]",
        "  hint: did you mean `us-east-1`?",
        "  see: domains/b.yaml:1:9 the other file",
      ].join("\n"),
    );
  });

  it("lets no text of a file steer the terminal", () => {
    const hostile = { ...diagnostic, message: "\u001b[2J\u202e", line: 1, endLine: 1 };
    const shown = renderDiagnostic(hostile, "domain: \u001b]0;x\u0007\u009b2J");
    // eslint-disable-next-line no-control-regex
    expect(shown).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

describe("codeFrame", () => {
  const caretLine = (source: string, column: number, endColumn: number): string =>
    codeFrame(source, { line: 1, column, endLine: 1, endColumn }).split("\n")[1]!.slice(6);

  it.each([
    ["plain", "ttl: 30", 6, 8, "     ^^"],
    ["a tab takes four columns", "a:\t30", 4, 6, "      ^^"],
    ["wide characters take two", "大: 30", 4, 6, "    ^^"],
    ["wide characters are marked in full", "a: 大大", 4, 6, "   ^^^^"],
    ["combining marks take none", "e\u0301: 30", 5, 7, "   ^^"],
    ["an emoji is two code units and two columns", "😀: 30", 5, 7, "    ^^"],
    ["a point at the end of the line", "a:", 3, 3, "  ^"],
  ])("%s", (_, source, column, endColumn, expected) => {
    expect(caretLine(source, column, endColumn)).toBe(expected);
  });

  it("marks a range over several lines to the end of its first", () => {
    expect(codeFrame("a: 'x\n  y'\n", { line: 1, column: 4, endLine: 2, endColumn: 5 })).toBe(
      "> 1 | a: 'x\n    |    ^^\n  2 |   y'",
    );
  });

  it("shows the part of a long line around the caret", () => {
    const source = `${"a".repeat(5000)} b ${"c".repeat(5000)}`;
    const [line, caret] = codeFrame(source, { line: 1, column: 5002, endLine: 1, endColumn: 5003 }).split(
      "\n",
    );
    expect(line!.length).toBeLessThan(120);
    expect(line!.at(caret!.indexOf("^"))).toBe("b");
  });

  it("handles CRLF, a byte-order mark and bytes", () => {
    const source = Buffer.from("\ufeffa: 1\r\nb: 2\r\n");
    expect(codeFrame(source, { line: 2, column: 4 })).toBe("  1 | a: 1\n> 2 | b: 2\n    |    ^");
  });

  it("is empty where there is no such line", () => {
    expect(codeFrame("", { line: 1, column: 1 })).toBe("");
    expect(codeFrame("a: 1\n", { line: 9, column: 1 })).toBe("");
  });
});
