import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createStack } from "./harness.js";

test("create, no-op, update, delete", async () => {
  const stack = await createStack();
  const program = `
    const a = new Thing("a", { value: "1" });
    const b = new Thing("b", { value: a.token });
    exports.token = b.token;
    exports.fromA = b.value;
  `;
  const first = await stack.up(program);
  expect(first.diagnostics).toEqual([]);
  expect(first.ok).toBe(true);
  expect(first.changes).toEqual({ create: 3 });
  expect(first.outputs).toEqual({ token: "token-id-2", fromA: "token-id-1" });
  expect(stack.provider.calls).toEqual(["create a", "create b"]);
  expect(stack.provider.named("b")).toMatchObject({ value: "token-id-1" });

  const before = readFileSync(stack.stateFile, "utf8");
  const again = await stack.up(program, { expectNoChanges: true });
  expect(again.ok).toBe(true);
  expect(again.changes).toEqual({ same: 3 });
  expect(readFileSync(stack.stateFile, "utf8")).toBe(before);
  expect(stack.provider.calls).toEqual(["create a", "create b"]);

  const updated = await stack.up(`new Thing("a", { value: "2" });`);
  expect(updated.changes).toEqual({ same: 1, update: 1, delete: 1 });
  expect(updated.steps.find((step) => step.op === "update")).toMatchObject({ name: "a", diffs: ["value"] });
  expect(stack.provider.calls.slice(2)).toEqual(["update a", "delete b"]);
  expect(stack.names()).toEqual(["a"]);

  const destroyed = await stack.run("destroy");
  expect(destroyed.ok).toBe(true);
  expect(stack.provider.resources.size).toBe(0);
  expect(stack.names()).toEqual([]);
});
