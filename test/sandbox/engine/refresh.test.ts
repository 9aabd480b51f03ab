import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createStack } from "./harness.js";

test("refresh takes over what changed, drops what is gone, and runs no program", async () => {
  const stack = await createStack();
  await stack.up(`for (const n of ["a", "b", "c"]) new Thing(n, { value: n });`);
  const [a, b] = [stack.resource("a").id!, stack.resource("b").id!];
  stack.provider.resources.set(a, { ...stack.provider.resources.get(a), value: "changed" });
  stack.provider.resources.delete(b);
  stack.write(`throw new Error("must not run");`);

  const before = readFileSync(stack.stateFile, "utf8");
  const proposed = await stack.run("refresh", { dryRun: true });
  expect(proposed.changes).toEqual({ update: 1, delete: 1, same: 1 });
  expect(readFileSync(stack.stateFile, "utf8")).toBe(before);

  const result = await stack.run("refresh");
  expect(result.ok).toBe(true);
  expect(result.changes).toEqual({ update: 1, delete: 1, same: 1 });
  expect(result.steps.find(({ op }) => op === "update")).toMatchObject({ name: "a", diffs: ["value"] });
  expect(stack.names().sort()).toEqual(["a", "c"]);
  expect(stack.resource("a").inputs).toEqual({ value: "changed" });

  const unexpected = await stack.run("refresh", { expectNoChanges: true });
  expect(unexpected.ok).toBe(true);
  expect(unexpected.changes).toEqual({ same: 2 });
});

test("a refresh before an update repairs drift", async () => {
  const stack = await createStack();
  const program = `for (const n of ["a", "b"]) new Thing(n, { value: n });`;
  await stack.up(program);
  const [a, b] = [stack.resource("a").id!, stack.resource("b").id!];
  stack.provider.resources.set(a, { ...stack.provider.resources.get(a), value: "changed" });
  stack.provider.resources.delete(b);
  stack.provider.calls.length = 0;
  const result = await stack.up(program, { refreshFirst: true });
  expect(result.ok).toBe(true);
  expect(stack.provider.calls.toSorted()).toEqual(["create b", "read a", "read b", "update a"]);
  expect(stack.provider.named("a")).toMatchObject({ value: "a" });
});
