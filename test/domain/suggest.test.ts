import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SES_REGIONS } from "../../src/domain/regions.js";
import { editDistance, nearest } from "../../src/file/suggest.js";

describe("nearest", () => {
  it.each([
    ["us-eats-1", SES_REGIONS, "us-east-1"],
    ["US-EAST-1", SES_REGIONS, "us-east-1"],
    ["us_east_1", SES_REGIONS, "us-east-1"],
    ["useast1", SES_REGIONS, "us-east-1"],
    ["eu-west-9", SES_REGIONS, "eu-west-1"],
    ["mars", SES_REGIONS, undefined],
    ["", SES_REGIONS, undefined],
    ["mailfrom", ["mailFrom", "dmarc"], "mailFrom"],
    ["mail-from", ["mailFrom", "dmarc"], "mailFrom"],
    ["quarentine", ["none", "quarantine", "reject"], "quarantine"],
    ["regoin", ["region", "reason"], "region"],
    ["x".repeat(65), ["x".repeat(64)], undefined],
  ])("%s", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["ca", "abc", 3],
  ])("%s, %s: %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("is symmetric, and zero only for equal words", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
