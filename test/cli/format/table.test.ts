import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkdown, formatTable, markdownCode } from "../../../src/cli/format/table.js";

describe("formatTable", () => {
  it("aligns columns and leaves no trailing spaces", () => {
    expect(
      formatTable([
        ["TYPE", "NAME", "TTL"],
        ["CNAME", "a.example", "1800"],
        ["MX", "mail.a.example", ""],
      ]),
    ).toBe("TYPE   NAME            TTL\nCNAME  a.example       1800\nMX     mail.a.example\n");
  });

  it("does not count colours as width", () => {
    const paint = (cell: string, row: number): string => (row === 0 ? `\u001b[1m${cell}\u001b[22m` : cell);
    expect(
      formatTable(
        [
          ["A", "B"],
          ["long", "x"],
        ],
        paint,
      ),
    ).toBe("\u001b[1mA   \u001b[22m  \u001b[1mB\u001b[22m\nlong  x\n");
  });

  it("is empty without rows", () => {
    expect(formatTable([])).toBe("");
  });
});

describe("Markdown cells", () => {
  it.each([
    ["a|b", "a\\|b"],
    ["*x* _y_ [l](u)", "\\*x\\* \\_y\\_ \\[l\\](u)"],
    ["<img>", "\\<img\\>"],
    ["two\nlines", "two lines"],
  ])("escapes %j", (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  it.each([
    ["v=spf1 ~all", "`v=spf1 ~all`"],
    ["a|b", "<code>a&#124;b</code>"],
    ["<a`\\b>", "<code>&#60;a&#96;&#92;b&#62;</code>"],
    ["", ""],
  ])("writes %j as code", (text, expected) => {
    expect(markdownCode(text)).toBe(expected);
  });

  it("keeps any text within its cell", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const cell of [escapeMarkdown(text), markdownCode(text)]) {
          expect(cell).not.toContain("\n");
          expect(cell.replace(/\\./g, "")).not.toContain("|");
        }
      }),
    );
  });
});
