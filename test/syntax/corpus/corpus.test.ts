import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseDmarc } from "../../../src/syntax/dmarc/parse.js";
import { lintSpf } from "../../../src/syntax/spf/lint.js";
import { parseSpf } from "../../../src/syntax/spf/parse.js";

interface Entry {
  readonly domain: string;
  readonly record: string;
  /** Public document that shows the record as published, with its year where known. */
  readonly source: string;
  /** `severity code` of what is to be found; notes do not count. */
  readonly findings: readonly string[];
}

const read = (name: string): [string, Entry][] =>
  (JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as Entry[]).map((entry, index) => [
    `${index + 1} ${entry.domain}`,
    entry,
  ]);

describe("SPF records of real domains: no false alarm, no miss", () => {
  test.each(read("spf.json"))("%s", (_, { record, findings }) => {
    const parsed = parseSpf(record);
    const lint =
      parsed.record === undefined || parsed.problems.length > 0
        ? []
        : lintSpf(parsed.record).filter(({ severity }) => severity !== "note");
    expect([
      ...parsed.problems.map(() => "error syntax"),
      ...lint.map(({ severity, code }) => `${severity} ${code}`),
    ]).toEqual(findings);
  });
});

describe("DMARC records of real domains: no false alarm, no miss", () => {
  test.each(read("dmarc.json"))("%s", (_, { record, findings }) => {
    const found = parseDmarc(record).findings.filter(({ severity }) => severity !== "note");
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(findings);
  });
});

test.each(["spf.json", "dmarc.json"])("%s holds at least a hundred records, each with its source, none twice", (name) => {
  const entries = read(name).map(([, entry]) => entry);
  expect(entries.length).toBeGreaterThanOrEqual(100);
  expect(entries.filter(({ source }) => source.trim() === "")).toEqual([]);
  expect(new Set(entries.map(({ domain, record }) => `${domain} ${record}`)).size).toBe(entries.length);
});
