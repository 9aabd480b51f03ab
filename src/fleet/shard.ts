import { createHash } from "node:crypto";

/** The part of a folder's domains that one stack takes: `mailstack:shard`, such as 2/8. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Far above what a fleet needs: SES allows 10,000 identities in a Region. */
export const MAX_SHARDS = 1000;

/** What a text must look like to be a shard. */
export const SHARD_FORM = `a shard and their number, such as 2/8; the number is at most ${MAX_SHARDS}`;

/** Reads `2/8`; undefined for anything else, such as 0/8, 9/8 or 2/1001. */
export function parseShard(text: string): Shard | undefined {
  const match = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text);
  if (match === null) return undefined;
  const [index, count] = [Number(match[1]), Number(match[2])];
  return index <= count && count <= MAX_SHARDS ? { index, count } : undefined;
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** 48 bits are exact in a number, and so many that no shard gets noticeably more than its share. */
const HASH_BYTES = 6;

/**
 * The number that decides a domain's shard: the first 48 bits, big-endian, of the SHA-256 (FIPS 180-4) of its
 * canonical name. It depends on the name alone, so a new file moves no other domain.
 * @param domain lower-case A-labels
 */
export function shardHash(domain: string): number {
  return createHash("sha256").update(domain, "utf8").digest().readUIntBE(0, HASH_BYTES);
}

/**
 * Whether a shard takes the domain: shard k of n takes the hashes that leave k−1 when divided by n. With twice as many
 * shards, k of n becomes k of 2n and k+n of 2n, and no domain moves between any others.
 */
export function takes({ index, count }: Shard, domain: string): boolean {
  return shardHash(domain) % count === index - 1;
}
