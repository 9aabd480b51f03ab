import { describe, expect, it } from "vitest";
import { LiveDomains } from "../../src/api/live-domains.js";
import type { Inspection } from "../../src/status/inspect.js";
import type { DomainStatus, StackDomain } from "../../src/contract/stack-outputs.js";
import { inspection, stackDomain } from "./domains.js";

interface Look {
  readonly names: readonly string[];
  readonly thorough: boolean;
  /** Ends the look: all in this state, or not to be checked. */
  readonly end: (status?: DomainStatus) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

/** Lets everything happen that waits for nothing but promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Domains whose looks are ended by hand, on a clock that is set by hand. */
function setUp(domains: readonly StackDomain[], patience = 60_000) {
  const looks: Look[] = [];
  const problems: string[] = [];
  const state = { domains, now: 0 };
  const look = (wanted: readonly StackDomain[], thorough: boolean): Promise<Inspection[]> =>
    new Promise((resolve, reject) => {
      looks.push({
        names: wanted.map(({ domain }) => domain),
        thorough,
        end: (status) => {
          resolve(wanted.map((domain) => inspection(domain, status)));
          return settle();
        },
        fail: (error) => {
          reject(error);
          return settle();
        },
      });
    });
  const live = new LiveDomains({
    stack: () => Promise.resolve(state.domains),
    look,
    maxAgeMs: 1000,
    patienceMs: patience,
    verifyPatienceMs: patience,
    now: () => state.now,
    onProblem: (reason) => problems.push(reason),
  });
  return { live, looks, problems, state };
}

const statuses = (domains: readonly StackDomain[]): string => domains.map(({ status }) => status).join();
const [a, b] = [stackDomain("a.example"), stackDomain("b.example", "Verified")];

describe("reading", () => {
  it("looks once for all who read at the same time, and not again for a while", async () => {
    const { live, looks, state } = setUp([a]);
    const readers = [live.show(a.id), live.show(a.id)];
    await settle();
    expect(looks).toHaveLength(1);
    await looks[0]!.end("Verified");
    for (const reader of readers) expect(await reader).toMatchObject({ status: "Verified" });
    state.now = 999;
    expect(await live.show(a.id)).toMatchObject({ status: "Verified" });
    expect(statuses(await live.list())).toBe("Verified");
    expect(looks).toHaveLength(1);
    state.now = 1000;
    void live.show(a.id);
    await settle();
    expect(looks).toHaveLength(2);
  });

  it("tells what is known when a look takes too long, and what it found once it has ended", async () => {
    const { live, looks } = setUp([a, b], 0);
    expect(statuses(await live.list())).toBe("Pending,Verified");
    expect(await live.show(a.id)).toMatchObject({ status: "Pending" });
    for (const look of looks) await look.end("Failed");
    expect(await live.show(a.id)).toMatchObject({ status: "Failed" });
  });

  it("looks at settled domains in one go, and at others a few at a time", async () => {
    const pending = Array.from({ length: 12 }, (_, index) => stackDomain(`p${index}.example`));
    const settled = Array.from({ length: 20 }, (_, index) => stackDomain(`v${index}.example`, "Verified"));
    const { live, looks } = setUp([...pending, ...settled]);
    const list = live.list();
    const sizes: number[] = [];
    for (let done = 0; done < 4; done++) {
      await settle();
      expect(looks).toHaveLength(done + 1);
      sizes.push(looks[done]!.names.length);
      await looks[done]!.end("Verified");
    }
    expect(sizes).toEqual([20, 5, 5, 2]);
    expect(looks.every(({ thorough }) => !thorough)).toBe(true);
    expect(new Set((await list).map(({ status }) => status))).toEqual(new Set(["Verified"]));
    expect(looks).toHaveLength(4);
  });

  it("does not look by itself at each of many domains", async () => {
    const many = Array.from({ length: 30 }, (_, index) => stackDomain(`v${index}.example`, "Verified"));
    const { live, looks } = setUp(many, 0);
    await Promise.all(many.map(({ id }) => live.show(id)));
    const singles = looks.filter(({ thorough }) => thorough);
    expect(singles).toHaveLength(10);
    expect(looks.filter(({ thorough }) => !thorough).map(({ names }) => names.length)).toEqual([30]);
  });

  it("knows no domain that the stack does not have", async () => {
    const { live, looks, state } = setUp([a]);
    expect(await live.show(b.id)).toBeUndefined();
    expect(await live.verify(b.id)).toBeUndefined();
    expect(await live.find(b.id)).toBeUndefined();
    state.domains = [b];
    expect(await live.find(b.id)).toBe(b);
    expect(looks).toHaveLength(0);
  });
});

it("readers wait once for a look that takes long", async () => {
  const { live, looks } = setUp([a], 50);
  await live.list(); // returns when the patience is at its end
  const later = live.list().then(() => "answered");
  expect(await Promise.race([later, settle().then(settle)])).toBe("answered");
  expect(looks).toHaveLength(1);
});

describe("verify", () => {
  it("looks anew however fresh the answer is, by itself", async () => {
    const { live, looks } = setUp([a]);
    const first = live.show(a.id);
    await settle();
    await looks[0]!.end("Pending");
    expect(await first).toMatchObject({ status: "Pending" });
    const verify = live.verify(a.id);
    await settle();
    expect(looks[1]).toMatchObject({ names: ["a.example"], thorough: true });
    await looks[1]!.end("Verified");
    expect(await verify).toMatchObject({ status: "Verified" });
  });

  it("does not take a look that began before it, and shares the one that follows", async () => {
    const { live, looks } = setUp([a]);
    const reader = live.show(a.id);
    await settle();
    const verifies = [live.verify(a.id), live.verify(a.id), live.verify(a.id)];
    await settle();
    expect(looks).toHaveLength(1);
    await looks[0]!.end("Pending");
    expect(await reader).toMatchObject({ status: "Pending" });
    expect(looks).toHaveLength(2);
    await looks[1]!.end("Verified");
    expect(statuses((await Promise.all(verifies)) as StackDomain[])).toBe("Verified,Verified,Verified");
    expect(looks).toHaveLength(2);
  });
});

describe("a look that can't be made", () => {
  it("changes no status, and its reason is told once until SES answers again", async () => {
    const { live, looks, problems } = setUp([b]);
    const verify = async (end: (look: Look) => Promise<void>): Promise<string> => {
      const answer = live.verify(b.id);
      await settle();
      await end(looks.at(-1)!);
      return (await answer)!.status;
    };
    expect(await verify((look) => look.end())).toBe("Verified");
    expect(await verify((look) => look.end())).toBe("Verified");
    expect(problems).toEqual(["throttled"]);
    expect(await verify((look) => look.end("Pending"))).toBe("Pending");
    expect(await verify((look) => look.end())).toBe("Pending");
    expect(problems).toEqual(["throttled", "throttled"]);
    expect(await verify((look) => look.fail(new Error("broken")))).toBe("Pending");
    expect(problems).toEqual(["throttled", "throttled", "broken"]);
  });
});
