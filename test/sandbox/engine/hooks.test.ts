import { expect, test } from "vitest";
import { createStack } from "./harness.js";

const HOOKS = `
  const log = (when) => new pulumi.ResourceHook(when, (args) => {
    console.log(["hook", when, args.name, (args.newOutputs || {}).token, (args.oldInputs || {}).value].join(" "));
  });
  const hooks = {
    beforeCreate: [log("beforeCreate")], afterCreate: [log("afterCreate")],
    beforeUpdate: [log("beforeUpdate")], afterUpdate: [log("afterUpdate")],
    beforeDelete: [log("beforeDelete")], afterDelete: [log("afterDelete")],
  };
`;

test("hooks run around create, update and delete, and not in a preview", async () => {
  const stack = await createStack();
  const lines = () =>
    stack.events.splice(0).flatMap((event) => (event.type === "stdout" ? [event.line.trimEnd()] : []));
  stack.write(`${HOOKS} new Thing("a", { value: 1 }, { hooks });`);
  expect((await stack.run("preview")).ok).toBe(true);
  expect(lines()).toEqual([]);
  expect((await stack.run("up")).ok).toBe(true);
  expect(lines()).toEqual(["hook beforeCreate a", "hook afterCreate a token-id-1"]);
  await stack.up(`${HOOKS} new Thing("a", { value: 2 }, { hooks });`);
  expect(lines()).toEqual(["hook beforeUpdate a  1", "hook afterUpdate a token-id-1 1"]);
  expect((await stack.up(HOOKS)).ok).toBe(true);
  expect(lines()).toEqual(["hook beforeDelete a  2", "hook afterDelete a  2"]);
});

test("delete hooks run in a destroy that runs the program, and their absence fails one that doesn't", async () => {
  const stack = await createStack();
  await stack.up(`${HOOKS} new Thing("a", { value: 1 }, { hooks });`);
  const without = await stack.run("destroy");
  expect(without.diagnostics[0]?.message).toBe('hook "beforeDelete" was not registered');
  expect(stack.provider.resources.size).toBe(1);
  stack.events.length = 0;
  expect((await stack.run("destroy", { runProgram: true })).ok).toBe(true);
  expect(stack.provider.resources.size).toBe(0);
  expect(stack.events).toContainEqual({ type: "stdout", line: "hook beforeDelete a  1" });
  expect(stack.names()).toEqual([]);
});

test("a before hook that fails prevents the step, an after hook fails the run", async () => {
  const stack = await createStack();
  const program = (when: string) => `
    const h = new pulumi.ResourceHook("h", () => { throw new Error("veto"); });
    new Thing("a", {}, { hooks: { ${when}: [h] } });
  `;
  const before = await stack.up(program("beforeCreate"));
  expect(before.ok).toBe(false);
  expect(before.diagnostics[0]?.message).toContain('before hook "h" failed');
  expect(stack.provider.calls).toEqual([]);
  const after = await stack.up(program("afterCreate"));
  expect(after.ok).toBe(false);
  expect(after.diagnostics[0]?.message).toContain('after hook "h" failed');
  expect(stack.names()).toEqual(["a"]);
});

test("an error hook may ask for another try", async () => {
  const stack = await createStack();
  stack.provider.interfere = (operation, _name, attempt) => {
    if (operation === "create" && attempt < 3) throw new Error(`busy ${attempt}`);
  };
  const program = (retry: string) => `
    const onError = [new pulumi.ErrorHook("again", (args) => {
      console.log([args.failedOperation, ...args.errors].join(","));
      return ${retry};
    })];
    new Thing("a", {}, { hooks: { onError } });
  `;
  const refused = await stack.up(program("false"));
  expect(refused.ok).toBe(false);
  expect(refused.diagnostics).toMatchObject([{ severity: "error", message: "busy 1" }]);
  stack.events.length = 0;
  const result = await stack.up(program("true"));
  expect(result.ok).toBe(true);
  expect(stack.events).toContainEqual({ type: "stdout", line: "create,busy 2" });
  expect(result.diagnostics.map(({ message }) => message)).toEqual([
    "retrying create due to on-error hook request (1/100)",
  ]);
});

test("a hook that asks the engine something is answered while another's failure stops the run", async () => {
  const stack = await createStack();
  const result = await stack.up(`
    const veto = new pulumi.ResourceHook("veto", () => { throw new Error("veto"); });
    const ask = new pulumi.ResourceHook("ask", async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const answer = await pulumi.runtime.invoke("fake:index:echo", { text: "hi" });
      console.log("answer", answer.echo);
    });
    new Thing("a", {}, { hooks: { beforeCreate: [veto] } });
    new Thing("b", {}, { hooks: { beforeCreate: [ask] } });
  `);
  expect(result.ok).toBe(false);
  expect(result.diagnostics[0]?.message).toContain('before hook "veto" failed');
  expect(stack.provider.calls).toContain("invoke fake:index:echo");
});
