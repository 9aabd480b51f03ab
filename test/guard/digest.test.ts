import fc from "fast-check";
import { expect, test } from "vitest";
import { readChanges } from "../../src/guard/changes.js";
import { canonicalJson, digestOf } from "../../src/guard/digest.js";
import { domainFilesDigest } from "../../src/guard/provenance.js";
import { sourceFiles } from "../fleet/files.js";
import { dmarcStep, identityStep, madeFrom, preview, recordStep, type RawStep } from "./previews.js";

const MADE = madeFrom([]);
const digest = (step: RawStep): string =>
  readChanges(JSON.stringify(preview(MADE, [step]))).changes[0]!.digest;

/** The same value with the keys of its maps in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, turned(part)]),
  );
}

test("the order of keys doesn't matter, every value does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(digestOf(turned(a))).toBe(digestOf(a));
      expect(digestOf(a) === digestOf(b)).toBe(canonicalJson(a) === canonicalJson(b));
    }),
  );
});

const text = fc.string({ minLength: 1, maxLength: 20 });
const steps = fc.record({
  op: fc.constantFrom("update", "replace"),
  resource: fc.constantFrom("dmarc", "mta-sts", "spf"),
  name: fc.domain(),
  was: text,
  now: text,
  modifiedOn: text,
});
type Parts = typeof steps extends fc.Arbitrary<infer T> ? T : never;

function stepOf({ op, resource, name, was, now, modifiedOn }: Parts): RawStep {
  return recordStep(op, "a.example", resource, ["CNAME", name], { was, now, outputs: { modifiedOn } });
}

test("two steps have the same digest only if they are the same in every part", () => {
  fc.assert(
    fc.property(
      steps,
      steps,
      fc.constantFrom(...(["op", "resource", "name", "was", "now", "modifiedOn"] as const)),
      (a, b, key) => {
        const other = { ...a, [key]: b[key] };
        expect(digest(stepOf(other)) === digest(stepOf(a))).toBe(a[key] === b[key]);
      },
    ),
    { numRuns: 300 },
  );
});

test.each<[string, RawStep, RawStep]>([
  [
    "the protection",
    identityStep("update", "a.example"),
    identityStep("update", "a.example", "us-east-1", { extra: { protect: true } }),
  ],
  [
    "what happens to the object when it is deleted",
    identityStep("delete", "a.example"),
    identityStep("delete", "a.example", "us-east-1", { extra: { retainOnDelete: true } }),
  ],
  [
    "the identity, by its DKIM tokens",
    identityStep("delete", "a.example"),
    identityStep("delete", "a.example", "us-east-1", {
      outputs: { dkimSigningAttributes: { tokens: ["x"] } },
    }),
  ],
])("another digest with %s", (_, a, b) => {
  expect(digest(a)).not.toBe(digest(b));
});

test("what SES says of an identity at the moment is no part of the change", () => {
  const seen = (verificationStatus: string): RawStep =>
    identityStep("delete", "a.example", "us-east-1", {
      outputs: { verificationStatus, dkimSigningAttributes: { tokens: ["x"], status: verificationStatus } },
    });
  expect(digest(seen("SUCCESS"))).toBe(digest(seen("PENDING")));
});

test("the order in which Pulumi lists the steps doesn't matter", () => {
  const all = [
    identityStep("delete", "a.example"),
    dmarcStep("a.example", "p=none", undefined),
    identityStep("create", "b.example"),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 3 }), (shuffled) => {
      const { changes } = readChanges(JSON.stringify(preview(MADE, shuffled)));
      expect(changes.map(({ urn }) => urn)).toEqual(all.map(({ urn }) => urn).sort());
    }),
  );
});

test("the digest of domain files is of their names and bytes alone", () => {
  const files = sourceFiles({ "a.example": "", "b.example": "ttl: 300" });
  const moved = files.map(({ path, bytes }) => ({ path: `/elsewhere/${path}`, bytes })).reverse();
  expect(domainFilesDigest(moved)).toBe(domainFilesDigest(files));
  const others = [
    sourceFiles({ "a.example": "", "b.example": "ttl: 301" }),
    sourceFiles({ "a.example": "" }),
    files.map(({ path, bytes }) => ({ path: path.replace("b.", "c."), bytes })),
  ];
  const digests = [files, ...others].map(domainFilesDigest);
  expect(new Set(digests).size).toBe(4);
});
