import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTxtContent, parseTxtContent } from "../../../sandbox/src/dns/character-strings.js";

const parsed = (content: string) => parseTxtContent(content)?.map((bytes) => bytes.toString("latin1"));

describe("TXT content", () => {
  it.each([
    ["v=spf1 -all", ["v=spf1 -all"]],
    ['"v=spf1 -all"', ["v=spf1 -all"]],
    ['"a" "b"', ["a", "b"]],
    ['"a"\t  "b" ', ["a", "b"]],
    ['""', [""]],
    [String.raw`"say \"hi\" \\ \065\010"`, ['say "hi" \\ A\n']],
    [String.raw`back\slash`, [String.raw`back\slash`]],
    ["a".repeat(256), ["a".repeat(255), "a"]],
  ])("%s", (content, expected) => {
    expect(parsed(content)).toEqual(expected);
  });

  it.each([
    '"a',
    'a"',
    'a"b',
    '"a"b',
    '"a""b"',
    '"a" b',
    String.raw`"a\"`,
    String.raw`"\256"`,
    String.raw`"\1"`,
  ])("%s is refused", (content) => {
    expect(parsed(content)).toBeUndefined();
  });

  it("cuts a quoted string over 255 bytes only when told to", () => {
    const content = `"${"é".repeat(200)}"`;
    expect(parseTxtContent(content)).toBeUndefined();
    const strings = parseTxtContent(content, { split: true })!;
    expect(strings.map((bytes) => bytes.length)).toEqual([255, 145]);
    expect(Buffer.concat(strings).toString("utf8")).toBe("é".repeat(200));
  });

  it("reads back any bytes it wrote, in printable ASCII", () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(strings, (input) => {
        const buffers = input.map((bytes) => Buffer.from(bytes));
        const content = formatTxtContent(buffers);
        expect(content).toMatch(/^[\x20-\x7e]*$/);
        expect(parseTxtContent(content)).toEqual(buffers);
      }),
    );
  });

  it("never throws, and never makes a string longer than 255 bytes", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 600 }),
      fc.stringMatching(/^["\\ a0-9]{0,40}$/),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (content, split) => {
        for (const bytes of parseTxtContent(content, { split }) ?? [])
          expect(bytes.length).toBeLessThanOrEqual(255);
      }),
      { numRuns: 2000 },
    );
  });
});
