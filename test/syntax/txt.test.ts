import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { characterStrings, fromTxtContent, toTxtContent, TxtSyntaxError } from "../../src/syntax/txt.js";

describe("quoted form", () => {
  test.each([
    ["v=spf1 include:amazonses.com ~all", '"v=spf1 include:amazonses.com ~all"'],
    ["", '""'],
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["tab\tend", '"tab\\009end"'],
    ["é", '"\\195\\169"'],
    ["\ufeffx", '"\\239\\187\\191x"'],
    ["a".repeat(255), `"${"a".repeat(255)}"`],
    ["a".repeat(256), `"${"a".repeat(255)}" "a"`],
    ["a".repeat(511), `"${"a".repeat(255)}" "${"a".repeat(255)}" "a"`],
    // A character may fall on both sides of a cut: strings count bytes.
    [`${"a".repeat(254)}é`, `"${"a".repeat(254)}\\195" "\\169"`],
    // Escapes are longer in text, but one byte each in the record.
    ['"'.repeat(255), `"${'\\"'.repeat(255)}"`],
  ])("%j", (value, content) => {
    expect(toTxtContent(value)).toBe(content);
    expect(fromTxtContent(content)).toBe(value);
  });
});

describe("reading", () => {
  test.each([
    ["v=DMARC1; p=none", "v=DMARC1; p=none"], // unquoted, as Cloudflare's API may return it
    ['"v=spf1 " "-all"', "v=spf1 -all"],
    ['  "a"\t"b"  ', "ab"],
    ['"a""b"', "ab"],
    ['"\\a"', "a"],
    ['"é"', "é"],
  ])("%j", (content, value) => {
    expect(fromTxtContent(content)).toBe(value);
  });

  test.each([
    ['"open', 0],
    ['"a" b', 4],
    ['"a"b"', 3],
    ['"\\256"', 1],
    ['"\\25"', 1],
    [`"${"a".repeat(256)}"`, 0],
    ['"\\', 1],
  ])("%j is refused", (content, offset) => {
    expect(() => fromTxtContent(content)).toThrow(TxtSyntaxError);
    expect(() => fromTxtContent(content)).toThrow(`at character ${offset + 1}`);
  });
});

test("round trip", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 800 }), (value) => {
      expect(fromTxtContent(toTxtContent(value))).toBe(value);
    }),
  );
});

test("every character-string fits its length octet, and all but the last are full", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 800 }), (value) => {
      const lengths = characterStrings(value).map((bytes) => bytes.length);
      expect(lengths.slice(0, -1).every((length) => length === 255)).toBe(true);
      expect(lengths.at(-1)).toBeLessThanOrEqual(255);
      expect(lengths.reduce((a, b) => a + b)).toBe(Buffer.byteLength(value));
    }),
  );
});

test("any text is read or refused with its place", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "\\", "1", "9", "a", " ", "é") }), (content) => {
      try {
        fromTxtContent(content);
      } catch (error) {
        expect(error).toBeInstanceOf(TxtSyntaxError);
        expect((error as TxtSyntaxError).offset).toBeLessThan(content.length);
      }
    }),
  );
});
