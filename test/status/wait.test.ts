import { describe, expect, it } from "vitest";
import type { Inspection } from "../../src/status/inspect.js";
import type { StackDomain } from "../../src/contract/stack-outputs.js";
import { waitUntilSettled } from "../../src/status/wait.js";
import { stackDomain, wellReport } from "./sample.js";

const domains = [stackDomain("a.com"), stackDomain("b.com")];
const quick = { firstDelayMs: 1, maxDelayMs: 2 };

/** Each look takes the next of the statuses, a domain at a time; the last one stays. */
function looking(script: Readonly<Record<string, readonly string[]>>) {
  const asked: string[][] = [];
  const look = (open: readonly StackDomain[]): Promise<Inspection[]> => {
    asked.push(open.map(({ domain }) => domain));
    return Promise.resolve(
      open.map(({ domain }) => {
        const steps = script[domain]!;
        const step = steps[Math.min(asked.length, steps.length) - 1]!;
        const change =
          step === "unchecked" ? { checked: false } : { status: step as "Pending" | "Verified" | "Failed" };
        return { report: wellReport(domain, change), readings: [] };
      }),
    );
  };
  return { asked, look };
}

describe("waitUntilSettled", () => {
  it("asks again only for what is not settled", async () => {
    const { asked, look } = looking({ "a.com": ["Verified"], "b.com": ["Pending", "unchecked", "Failed"] });
    const rounds: number[] = [];
    const result = await waitUntilSettled(domains, look, {
      waitMs: 10_000,
      ...quick,
      onLook: (known) => rounds.push(known.length),
    });
    expect(asked).toEqual([["a.com", "b.com"], ["b.com"], ["b.com"]]);
    expect(rounds).toEqual([2, 2, 2]);
    expect(result.map(({ report }) => report.status)).toEqual(["Verified", "Failed"]);
  });

  it("looks once when it is not to wait", async () => {
    const { asked, look } = looking({ "a.com": ["Pending"], "b.com": ["Pending"] });
    await waitUntilSettled(domains, look, { waitMs: 0, ...quick });
    expect(asked).toHaveLength(1);
  });

  it("looks a last time when the time is up", async () => {
    const { asked, look } = looking({ "a.com": ["Pending", "Verified"], "b.com": ["Verified"] });
    const result = await waitUntilSettled(domains, look, { waitMs: 30, firstDelayMs: 60_000 });
    expect(asked).toHaveLength(2);
    expect(result.every(({ report }) => report.status === "Verified")).toBe(true);
  });

  it("ends at the signal with what is known, also in the middle of a look", async () => {
    const pause = new AbortController();
    const { look } = looking({ "a.com": ["Pending"], "b.com": ["Pending"] });
    const known = await waitUntilSettled(domains, look, {
      waitMs: 60_000,
      firstDelayMs: 60_000,
      signal: pause.signal,
      onLook: () => pause.abort(),
    });
    expect(known).toHaveLength(2);
    const first = new AbortController();
    const never = (): Promise<Inspection[]> => {
      setTimeout(() => first.abort(), 5);
      return new Promise(() => undefined);
    };
    expect(await waitUntilSettled(domains, never, { waitMs: 0, signal: first.signal })).toEqual([]);
  });
});
