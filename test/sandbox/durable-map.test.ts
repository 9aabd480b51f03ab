import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { DurableMap } from "../../sandbox/src/durable-map.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function journal(): string {
  const folder = mkdtempSync(join(tmpdir(), "durable-map-"));
  folders.push(folder);
  return join(folder, "deeper", "map.jsonl");
}
const contents = <V>(map: DurableMap<V>) => [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));

describe("DurableMap", () => {
  it("behaves like a Map, and is the same after any number of reopenings", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("set" as const), key: fc.string({ maxLength: 2 }), value: fc.jsonValue() }),
      fc.record({ do: fc.constant("delete" as const), key: fc.string({ maxLength: 2 }) }),
      fc.constant({ do: "reopen" as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const path = journal();
        const model = new Map<string, unknown>();
        let map = new DurableMap<unknown>(path);
        for (const action of steps) {
          if (action.do === "set") {
            // JSON knows no negative zero.
            const value: unknown = JSON.parse(JSON.stringify(action.value));
            map.set(action.key, value);
            model.set(action.key, value);
          } else if (action.do === "delete") {
            expect(map.delete(action.key)).toBe(model.delete(action.key));
          } else {
            map.close();
            map = new DurableMap(path);
          }
          expect(map.size).toBe(model.size);
        }
        // Without closing: what a kill leaves behind.
        const reopened = new DurableMap<unknown>(path);
        expect(contents(reopened)).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
        reopened.close();
        map.close();
      }),
      { numRuns: 60 },
    );
  });

  it("drops a last line that was cut short, wherever the cut is, and goes on from there", () => {
    const path = journal();
    const map = new DurableMap<string>(path);
    map.set("kept", "väl\nue");
    const before = readFileSync(path);
    map.set("lost", "x");
    map.close();
    const whole = readFileSync(path);
    for (let cut = before.length; cut < whole.length; cut++) {
      writeFileSync(path, whole.subarray(0, cut));
      const reopened = new DurableMap<string>(path);
      expect(contents(reopened)).toEqual([["kept", "väl\nue"]]);
      reopened.set("next", "y");
      reopened.close();
      const again = new DurableMap<string>(path);
      expect(contents(again)).toEqual([
        ["kept", "väl\nue"],
        ["next", "y"],
      ]);
      again.close();
    }
  });

  it("writes one line for each live key when it is opened", () => {
    const path = journal();
    const map = new DurableMap<number>(path);
    for (let i = 0; i < 100; i++) map.set(`k${i % 3}`, i);
    map.delete("k0");
    map.close();
    new DurableMap<number>(path).close();
    expect(readFileSync(path, "utf8")).toBe('["k1",97]\n["k2",98]\n');
  });

  it("refuses a journal that is damaged in its middle", () => {
    const path = journal();
    new DurableMap<number>(path).close();
    appendFileSync(path, 'not json\n["a",1]\n');
    expect(() => new DurableMap<number>(path)).toThrow();
  });

  it("refuses to change after it has been closed, and keeps what it had", () => {
    const map = new DurableMap<number>(journal());
    map.set("a", 1);
    map.close();
    map.close();
    expect(() => map.set("b", 2)).toThrow(/closed/);
    expect(() => map.delete("a")).toThrow(/closed/);
    expect(contents(map)).toEqual([["a", 1]]);
    expect(map.has("a")).toBe(true);
    expect([...map.values()]).toEqual([1]);
    expect(map.get("b")).toBeUndefined();
  });
});
