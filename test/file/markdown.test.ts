import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkdown, markdownCode } from "../../src/file/markdown.js";

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
