import fc from "fast-check";
import { expect, test } from "vitest";
import { spfValue } from "../../../src/syntax/spf/build.js";
import { lintSpf } from "../../../src/syntax/spf/lint.js";
import { parseSpf } from "../../../src/syntax/spf/parse.js";

test.each([
  [{ include: [], all: "softfail" }, "v=spf1 include:amazonses.com ~all"],
  [{ include: [], all: "fail" }, "v=spf1 include:amazonses.com -all"],
  [
    { include: ["_spf.b.example"], all: "neutral" },
    "v=spf1 include:amazonses.com include:_spf.b.example ?all",
  ],
  [
    { include: ["AmazonSES.com", "b.example"], all: "fail" },
    "v=spf1 include:amazonses.com include:b.example -all",
  ],
] as const)("%j", (spf, value) => {
  expect(spfValue(spf)).toBe(value);
});

const all = { softfail: "~", fail: "-", neutral: "?" } as const;
const settings = fc.record({
  include: fc.uniqueArray(fc.domain(), { maxLength: 9 }),
  all: fc.constantFrom("softfail", "fail", "neutral"),
});

test("what is built says what the file asked for", () => {
  fc.assert(
    fc.property(settings, (spf) => {
      const { record, problems } = parseSpf(spfValue(spf));
      expect(problems).toEqual([]);
      expect(record!.terms.flatMap((term) => (term.name === "include" ? [term.domain.text] : []))).toEqual([
        "amazonses.com",
        ...spf.include,
      ]);
      expect(record!.terms.at(-1)).toMatchObject({ name: "all", qualifier: all[spf.all] });
      expect(lintSpf(record!).filter(({ severity }) => severity === "error")).toEqual([]);
    }),
  );
});

/** Text that comes close to SPF, so that the branches of the parser are reached. */
const nearly = fc
  .array(
    fc.constantFrom(
      ..."v=spf1 |include:|a|mx|ip4:|ip6:|exists:|redirect=|exp=|all|-|~|?|+|/|//|24|%{i}|%{d2r-}|%|%%|{|}|:|.|..|=| |\t|1.2.3.4|::1|example.com|x|é|😀".split(
        "|",
      ),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => `v=spf1 ${pieces.join("")}`);

test("any text is answered with terms and problems inside it", () => {
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: "binary" })), (text) => {
      const { record, problems } = parseSpf(text);
      const findings = record === undefined ? [] : lintSpf(record);
      for (const { start, end } of [...problems, ...(record?.terms ?? []), ...findings]) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
      // Every word is either a term or a problem (or both, as a repeated modifier).
      const words = record === undefined ? [] : text.split(" ").slice(1).filter(Boolean);
      expect((record?.terms.length ?? 0) + problems.length).toBeGreaterThanOrEqual(words.length);
    }),
    { numRuns: 2_000 },
  );
});
