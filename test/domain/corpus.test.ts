import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { brief, load } from "./support.js";

const CORPUS = new URL("corpus/", import.meta.url).pathname;

/** Each folder holds domain files and, written by hand, the diagnostics that they must give. */
it.each(readdirSync(CORPUS))("corpus/%s", (name) => {
  const folder = join(CORPUS, name);
  const files = readdirSync(folder).filter((file) => file !== "expected.txt");
  const { domains, diagnostics } = load(
    Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file))])),
  );
  const expected = readFileSync(join(folder, "expected.txt"), "utf8").trimEnd().split("\n");
  expect(diagnostics.map(brief)).toEqual(expected);
  const faulty = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ file }) => file));
  expect(domains.filter(({ file }) => faulty.has(file))).toEqual([]);
});
