import { describe, expect, it } from "vitest";
import { Pace } from "../../src/status/pace.js";
import type { PaceProgress } from "../../src/status/pace.js";

describe("Pace", () => {
  it("keeps the distance between the starts of calls, in their order", async () => {
    const pace = new Pace(40);
    const starts: number[] = [];
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map((number) =>
        pace.run(() => {
          starts.push(performance.now());
          order.push(number);
          return Promise.resolve();
        }),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4]);
    for (let index = 1; index < starts.length; index++) {
      expect(starts[index]! - starts[index - 1]!).toBeGreaterThanOrEqual(40);
    }
  });

  it("goes on after a call that failed, which rejects with its own error", async () => {
    const pace = new Pace(0);
    const failed = pace.run(() => Promise.reject(new Error("refused")));
    const next = pace.run(() => Promise.resolve("next"));
    await expect(failed).rejects.toThrow("refused");
    await expect(next).resolves.toBe("next");
  });

  it("abandons the calls that wait, and makes those that come later", async () => {
    const pace = new Pace(0);
    const made: string[] = [];
    const first = pace.run(() => {
      made.push("first");
      pace.abandon(new Error("no use"));
      return Promise.resolve();
    });
    const waiting = pace.run(() => Promise.resolve(made.push("waiting")));
    await first;
    await expect(waiting).rejects.toThrow("no use");
    await pace.run(() => Promise.resolve(made.push("later")));
    expect(made).toEqual(["first", "later"]);
  });

  it("never has two calls under way", async () => {
    const pace = new Pace(0);
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        pace.run(async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 1));
          running--;
        }),
      ),
    );
    expect(most).toBe(1);
  });

  it("tells how far it is and how long the rest takes at least", async () => {
    const seen: PaceProgress[] = [];
    const pace = new Pace(10, (progress) => seen.push(progress));
    await Promise.all([1, 2, 3].map(() => pace.run(() => Promise.resolve())));
    await pace.run(() => Promise.resolve());
    expect(seen.slice(0, 3)).toEqual([
      { done: 1, total: 3, remainingMs: 20 },
      { done: 2, total: 3, remainingMs: 10 },
      { done: 3, total: expect.any(Number) as number, remainingMs: expect.any(Number) as number },
    ]);
  });
});
