import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { MAX_SHARDS, parseShard, shardHash, shardText, takes } from "../../src/fleet/shard.js";

/** Which of `count` shards takes a domain, counted from 1. */
function shardsOf(domain: string, count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1).filter((index) => takes({ index, count }, domain));
}

const domain = fc.domain();
const count = fc.integer({ min: 1, max: MAX_SHARDS / 2 });

describe("a shard", () => {
  test.each([
    ["1/1", { index: 1, count: 1 }],
    ["2/8", { index: 2, count: 8 }],
    ["1000/1000", { index: 1000, count: 1000 }],
  ])("%s is read and written back", (text, shard) => {
    expect(parseShard(text)).toEqual(shard);
    expect(shardText(shard)).toBe(text);
  });

  test.each(["", "2", "0/8", "9/8", "2/8 ", "2/08", "02/8", "1/1001", "1.5/2", "-1/2", "2:8", "２/８"])(
    "%j is none",
    (text) => {
      expect(parseShard(text)).toBeUndefined();
    },
  );
});

describe("the hash of a domain", () => {
  // `printf example.com | sha256sum` begins with a379a6f6eeaf, `printf yourdomain.com | sha256sum` with ef781db543c5.
  test.each([
    ["example.com", 0xa379a6f6eeaf],
    ["yourdomain.com", 0xef781db543c5],
  ])("of %s is the beginning of its SHA-256", (name, hash) => {
    expect(shardHash(name)).toBe(hash);
  });

  it("gives each domain to exactly one shard", () => {
    fc.assert(
      fc.property(domain, fc.integer({ min: 1, max: 64 }), (name, shards) => {
        expect(shardsOf(name, shards)).toHaveLength(1);
      }),
    );
  });

  it("splits each shard in two when their number doubles", () => {
    fc.assert(
      fc.property(domain, count, (name, shards) => {
        const before = (shardHash(name) % shards) + 1;
        expect(takes({ index: before, count: shards }, name)).toBe(true);
        const halves = [before, before + shards].filter((index) => takes({ index, count: 2 * shards }, name));
        expect(halves).toHaveLength(1);
      }),
    );
  });

  it("spreads domains evenly", () => {
    const sizes = new Array<number>(8).fill(0);
    for (let i = 0; i < 4000; i++) sizes[shardsOf(`d${i}.example.com`, 8)[0]! - 1]!++;
    // 500 each are expected, with a standard deviation of 21: this is five of them.
    for (const size of sizes) expect(Math.abs(size - 500)).toBeLessThan(105);
  });
});
