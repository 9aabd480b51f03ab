import { expect, test } from "vitest";
import { sesProgress } from "../../src/stack/progress.js";

test("nothing for two seconds, then a line now and then, and none when all is done", () => {
  let now = 5000;
  const shown: string[] = [];
  const report = sesProgress(
    (text) => shown.push(text),
    () => now,
  );
  const step = (at: number, done: number): void => {
    now = 5000 + at;
    report({ region: "us-east-1", done, total: 9, remainingMs: (9 - done) * 1000 });
  };
  for (const [at, done] of [
    [0, 0],
    [1999, 1],
    [2000, 2],
    [2999, 3],
    [3000, 4],
    [4400, 5],
    [4500, 6],
    [9000, 9],
  ] as const)
    step(at, done);
  expect(shown).toEqual([
    "reading the state of the domains in SES us-east-1: 2 of 9 calls, about 7 s left",
    "reading the state of the domains in SES us-east-1: 4 of 9 calls, about 5 s left",
    "reading the state of the domains in SES us-east-1: 6 of 9 calls, about 3 s left",
  ]);
});
