import { describe, expect, it } from "vitest";
import { retry } from "../../src/status/retry.js";

const options = { attempts: 4, baseMs: 1, maxMs: 2, isRetryable: (error: unknown) => error !== "final" };

function failing(...errors: string[]): { call: () => Promise<string>; made: () => number } {
  let calls = 0;
  return {
    call: () => {
      const error = errors[calls++];
      return error === undefined ? Promise.resolve("done") : Promise.reject(error);
    },
    made: () => calls,
  };
}

describe("retry", () => {
  it("repeats passing failures", async () => {
    const { call, made } = failing("busy", "busy");
    await expect(retry(call, options)).resolves.toBe("done");
    expect(made()).toBe(3);
  });

  it("gives a final failure back at once", async () => {
    const { call, made } = failing("final");
    await expect(retry(call, options)).rejects.toBe("final");
    expect(made()).toBe(1);
  });

  it("gives up after the attempts", async () => {
    const { call, made } = failing("1", "2", "3", "4", "5");
    await expect(retry(call, options)).rejects.toBe("4");
    expect(made()).toBe(4);
  });

  it("waits ever longer, up to the limit, by half at random", async () => {
    const started = performance.now();
    const times: number[] = [];
    const { call } = failing("1", "2", "3");
    await retry(call, {
      ...options,
      baseMs: 40,
      maxMs: 80,
      onRetry: () => times.push(performance.now() - started),
    });
    const waits = times.map((time, index) => time - (times[index - 1] ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(19);
    expect(waits[1]).toBeGreaterThanOrEqual(39);
    expect(waits[2]).toBeGreaterThanOrEqual(39);
  });

  it("waits as long as the failure says", async () => {
    const started = performance.now();
    const { call } = failing("busy");
    await retry(call, { ...options, atLeastMs: () => 40 });
    expect(performance.now() - started).toBeGreaterThanOrEqual(39);
  });
});
