import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateFile, readState } from "../../../sandbox/src/engine/state-file.js";
import type { ResourceState, Snapshot } from "../../../sandbox/src/engine/state.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-state-"));
  path = join(folder, "stack.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A state of so many resources. */
function snapshotOf(count: number): Snapshot {
  const resources = Array.from(
    { length: count },
    (_, index): ResourceState =>
      ({
        urn: `urn:pulumi:s::p::t:t:T::r${index}`,
        custom: true,
        type: "t:t:T",
        inputs: {},
        outputs: {},
      }) as unknown as ResourceState,
  );
  return { resources, pendingOperations: [] };
}

const size = (): number => readState(path).resources.length;

describe("StateFile", () => {
  it("keeps a save that comes while the end of a write is being told, beside one that waits for it", async () => {
    const file = new StateFile(path);
    let state = 1;
    const save = (): Promise<void> => file.save(() => snapshotOf(state));
    const first = save();
    await new Promise((resolve) => setImmediate(resolve));
    state = 2;
    const second = save();
    const third = first.then(() => {
      state = 3;
      return save();
    });
    await Promise.all([first, second, third]);
    expect(size()).toBe(3);
  });

  it("has on the disk what was there when the save was asked for, or later, whenever saves come", async () => {
    // Each number is how many turns of the microtask queue a save waits for after the one before has ended, or -1.
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 12 }),
        async (waits) => {
          rmSync(path, { force: true });
          const file = new StateFile(path);
          let state = 0;
          let before = Promise.resolve();
          const all = waits.map((turns) => {
            const begin = async (): Promise<void> => {
              if (turns >= 0) await before;
              for (let turn = 0; turn < turns; turn++) await Promise.resolve();
              const wanted = ++state;
              await file.save(() => snapshotOf(state));
              expect(size()).toBeGreaterThanOrEqual(wanted);
            };
            return (before = begin());
          });
          await Promise.all(all);
          expect(size()).toBe(waits.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("goes on after a write that failed", async () => {
    const file = new StateFile(path);
    const failed = file.save(() => {
      throw new Error("no state");
    });
    await expect(failed).rejects.toThrow("no state");
    await file.save(() => snapshotOf(2));
    expect(size()).toBe(2);
  });
});
