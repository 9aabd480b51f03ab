import { describe, expect, it } from "vitest";
import { CallBudget } from "../../../src/publishers/cloudflare/call-budget.js";

/** A service that answers in turn, and a clock that only waiting moves. */
function setUp(answers: readonly Response[] = [], calls = 1000) {
  let now = 0;
  let made = 0;
  const waits: number[] = [];
  const budget = new CallBudget({
    calls,
    windowMs: 300_000,
    now: () => now,
    wait: (ms) => {
      waits.push(ms / 1000);
      now += ms;
      return Promise.resolve();
    },
    fetch: () => Promise.resolve(answers[made++] ?? new Response("{}")),
  });
  return { waits, made: () => made, call: () => budget.fetch("http://api.example"), budget };
}

const throttled = (seconds: number): Response =>
  new Response("throttled", { status: 429, headers: { "retry-after": String(seconds) } });

describe("CallBudget", () => {
  it("waits for the window to pass before the call that would go beyond the limit", async () => {
    const { call, waits } = setUp([], 3);
    for (let count = 0; count < 7; count++) await call();
    expect(waits).toEqual([300, 300]);
  });

  it("holds all calls up for a short throttling", async () => {
    const { call, waits } = setUp([throttled(7)]);
    expect((await call()).status).toBe(429);
    expect((await call()).status).toBe(200);
    expect(waits).toEqual([7]);
  });

  it("makes no more calls once all are blocked for minutes, and says for how long", async () => {
    const { call, waits, made, budget } = setUp([throttled(300)]);
    for (const answer of [await call(), await call(), await call()]) {
      expect([answer.status, answer.headers.get("x-should-retry")]).toEqual([429, "false"]);
    }
    expect({ made: made(), waits, blocked: budget.blockedFor }).toEqual({ made: 1, waits: [], blocked: 300 });
  });

  it("leaves the last calls of a window to others", async () => {
    const headers = { "x-ratelimit-remaining": "49", "x-ratelimit-reset": "12" };
    const { call, waits } = setUp([new Response("{}", { headers })]);
    await call();
    await call();
    expect(waits).toEqual([12]);
  });
});
