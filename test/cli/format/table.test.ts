import { describe, expect, it } from "vitest";
import { formatTable } from "../../../src/cli/format/table.js";

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
