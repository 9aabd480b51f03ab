import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

it("tells editors what Prettier formats by", () => {
  const [, everywhere = ""] = read(".editorconfig").split(/^\[.*\]$/m);
  const told = Object.fromEntries(
    [...everywhere.matchAll(/^(\w+) = (\S+)$/gm)].map(([, key, value]) => [key, value]),
  );
  // By default Prettier takes two spaces and LF: https://prettier.io/docs/options
  const settings = {
    tabWidth: 2,
    useTabs: false,
    endOfLine: "lf",
    ...(JSON.parse(read(".prettierrc.json")) as object),
  };
  expect(settings).toEqual({
    printWidth: Number(told["max_line_length"]),
    tabWidth: Number(told["indent_size"]),
    useTabs: told["indent_style"] === "tab",
    endOfLine: told["end_of_line"],
  });
});
