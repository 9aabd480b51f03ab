import { expect, test } from "vitest";
import { createStack } from "./harness.js";

const errors = (result: { diagnostics: { severity: string; message: string }[] }) =>
  result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);

test("a preview asks the provider and changes nothing", async () => {
  const stack = await createStack();
  stack.write(`
    const a = new Thing("a", { value: pulumi.secret("hush") });
    new Thing("b", { value: a.token });
    exports.token = a.token;
    exports.value = a.value;
  `);
  const result = await stack.run("preview");
  expect(result.diagnostics).toEqual([]);
  expect(result.ok).toBe(true);
  expect(result.changes).toEqual({ create: 3 });
  expect(result.outputs).toEqual({ token: "[unknown]", value: "[secret]" });
  expect(stack.provider.previews).toEqual(["create a", "create b"]);
  expect(stack.provider.calls).toEqual([]);
  expect(stack.names()).toEqual([]);
});

test("a provider that can't preview leaves its outputs unknown", async () => {
  const stack = await createStack();
  stack.provider.supportsPreview = false;
  stack.write(`exports.token = new Thing("a", { value: 1 }).token;`);
  const result = await stack.run("preview");
  expect(result.ok).toBe(true);
  expect(result.outputs).toEqual({ token: "[unknown]" });
  expect(stack.provider.previews).toEqual([]);
});

test("a replacement is created before the old resource is deleted", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", { key: "1" });`);
  const result = await stack.up(`new Thing("a", { key: "2" });`);
  expect(result.changes).toEqual({ same: 1, replace: 1 });
  expect(result.steps.map(({ op }) => op)).toEqual([
    "same",
    "create-replacement",
    "replace",
    "delete-replaced",
  ]);
  expect(result.steps[1]).toMatchObject({ replaceKeys: ["key"] });
  expect(stack.provider.calls).toEqual(["create a", "create a", "delete a"]);
  expect(stack.resource("a").id).toBe("id-2");
});

test("deleteBeforeReplace deletes first, dependents that must be replaced included", async () => {
  const stack = await createStack();
  const program = (key: string) => `
    const a = new Thing("a", { key: "${key}" }, { deleteBeforeReplace: true });
    new Thing("b", { key: a.token });
    new Thing("c", { value: a.token });
  `;
  await stack.up(program("1"));
  stack.provider.calls.length = 0;
  const result = await stack.up(program("2"));
  expect(errors(result)).toEqual([]);
  expect(stack.provider.calls).toEqual(["delete b", "delete a", "create a", "create b", "update c"]);
  expect(result.changes).toEqual({ same: 1, replace: 2, update: 1 });
  expect(stack.names().sort()).toEqual(["a", "b", "c"]);
});

test("the provider may ask for the old resource to be deleted first", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", { key: "1", dbr: true });`);
  stack.provider.calls.length = 0;
  await stack.up(`new Thing("a", { key: "2", dbr: true });`);
  expect(stack.provider.calls).toEqual(["delete a", "create a"]);
});

test("deletions go from dependents to what they depend on", async () => {
  const stack = await createStack();
  await stack.up(`
    const g = new Group("g");
    const a = new Thing("a", {}, { parent: g });
    const b = new Thing("b", { value: a.token });
    const c = new Thing("c", {}, { dependsOn: b });
    new Thing("d", {}, { parent: c });
  `);
  stack.provider.calls.length = 0;
  const result = await stack.up("");
  expect(result.ok).toBe(true);
  expect(stack.provider.calls).toEqual(["delete d", "delete c", "delete b", "delete a"]);
});

test("a protected resource is neither deleted nor replaced", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", { key: "1" }, { protect: true }); new Thing("b", {});`);
  const urn = "urn:pulumi:dev::proj::fake:index:Thing::a";
  for (const run of [() => stack.up(""), () => stack.run("destroy")]) {
    const result = await run();
    expect(result.ok).toBe(false);
    expect(errors(result).join()).toContain(`resource "${urn}" cannot be deleted\nbecause it is protected.`);
  }
  const replaced = await stack.up(`new Thing("a", { key: "2" }, { protect: true });`);
  expect(errors(replaced).join()).toContain(
    `unable to replace resource "${urn}"\nas it is currently marked for protection.`,
  );
  expect(stack.provider.calls.toSorted()).toEqual(["create a", "create b"]);
  await stack.up(`new Thing("a", { key: "1" });`);
  expect((await stack.run("destroy")).ok).toBe(true);
  expect(stack.provider.resources.size).toBe(0);
});

test("retainOnDelete and deletedWith leave the provider alone", async () => {
  const stack = await createStack();
  await stack.up(`
    const a = new Thing("a", {});
    new Thing("kept", {}, { retainOnDelete: true });
    new Thing("inside", {}, { deletedWith: a });
  `);
  stack.provider.calls.length = 0;
  const result = await stack.run("destroy");
  expect(result.ok).toBe(true);
  expect(stack.provider.calls).toEqual(["delete a"]);
  expect(stack.names()).toEqual([]);
});

test("ignoreChanges keeps old values, replaceOnChanges replaces", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", { value: 1, nested: { x: 1, y: 1 } });`);
  const ignored = await stack.up(
    `new Thing("a", { value: 2, nested: { x: 2, y: 1 } }, { ignoreChanges: ["value", "nested.x"] });`,
  );
  expect(ignored.changes).toEqual({ same: 2 });
  const replaced = await stack.up(
    `new Thing("a", { value: 2, nested: { x: 1, y: 1 } }, { replaceOnChanges: ["value"] });`,
  );
  expect(replaced.changes).toEqual({ same: 1, replace: 1 });
});

test("import adopts a resource that matches, and refuses one that would have to be replaced", async () => {
  const stack = await createStack();
  stack.provider.resources.set("there", { value: 1, key: "k", token: "old" });
  const adopted = await stack.up(
    `exports.token = new Thing("a", { value: 1, key: "k" }, { import: "there" }).token;`,
  );
  expect(errors(adopted)).toEqual([]);
  expect(adopted.changes).toEqual({ create: 1, import: 1 });
  expect(adopted.outputs).toEqual({ token: "old" });
  const again = await stack.up(`new Thing("a", { value: 1, key: "k" });`);
  expect(again.changes).toMatchObject({ same: 2 });

  const missing = await stack.up(`new Thing("b", {}, { import: "nowhere" });`);
  expect(errors(missing)).toEqual(["resource 'nowhere' does not exist"]);
  stack.provider.resources.set("other", { key: "x", token: "t" });
  const refused = await stack.up(`new Thing("b", { key: "y" }, { import: "other" });`);
  expect(refused.ok).toBe(false);
  expect(stack.names()).toEqual(["a"]);
});

test("aliases keep a renamed or moved resource, children included", async () => {
  const stack = await createStack();
  await stack.up(`
    const g = new Group("old");
    new Thing("old-child", {}, { parent: g });
    new Thing("solo", {});
  `);
  stack.provider.calls.length = 0;
  const result = await stack.up(`
    const g = new Group("new", {}, { aliases: [{ name: "old" }] });
    new Thing("new-child", {}, { parent: g });
    new Thing("moved", {}, { parent: g, aliases: ["urn:pulumi:dev::proj::fake:index:Thing::solo"] });
  `);
  expect(errors(result)).toEqual([]);
  expect(result.changes).toEqual({ same: 4 });
  expect(stack.provider.calls).toEqual([]);
  expect(stack.names()).toEqual(["new", "new-child", "moved"]);
});

test("duplicate names, refused inputs and failing programs delete nothing", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", {});`);
  const duplicate = await stack.up(`new Thing("x", {}); new Thing("x", {});`);
  expect(errors(duplicate)).toEqual([
    "Duplicate resource URN 'urn:pulumi:dev::proj::fake:index:Thing::x'; try giving it a unique name",
  ]);
  const refused = await stack.up(`new Thing("y", { bad: 1 });`);
  expect(errors(refused)).toEqual([
    "fake:index:Thing resource 'y': property bad value 1 has a problem: is never allowed",
  ]);
  const thrown = await stack.up(`console.log("hello"); throw new Error("out of luck");`);
  expect(thrown.ok).toBe(false);
  expect(errors(thrown)).toHaveLength(1);
  expect(errors(thrown)[0]).toContain("out of luck");
  expect(stack.events).toContainEqual({ type: "stdout", line: "hello" });
  const exits = await stack.up(`process.exit(3);`);
  expect(errors(exits)).toEqual(["Program exited with non-zero exit code: 3"]);
  expect(stack.names()).toContain("a");
  expect(stack.provider.calls).not.toContain("delete a");
});

test("a Stash keeps its first input as output", async () => {
  const stack = await createStack();
  const program = (input: string) => `
    class Stash extends pulumi.CustomResource {
      constructor(name, input) { super("pulumi:index:Stash", name, { input, output: undefined }); }
    }
    const s = new Stash("s", "${input}");
    exports.input = s.input; exports.output = s.output;
  `;
  expect((await stack.up(program("one"))).outputs).toEqual({ input: "one", output: "one" });
  const second = await stack.up(program("two"));
  expect(second.outputs).toEqual({ input: "two", output: "one" });
  expect(second.changes).toEqual({ same: 1, update: 1 });
});

test("invokes and reads reach the provider", async () => {
  const stack = await createStack();
  stack.provider.resources.set("there", { value: 7, token: "read" });
  const result = await stack.up(`
    exports.echo = pulumi.runtime.invoke("fake:index:echo", { text: "hi" }).then((r) => r.echo);
    exports.token = new Thing("r", {}, { id: "there" }).token;
  `);
  expect(errors(result)).toEqual([]);
  expect(result.outputs).toEqual({ echo: "hi", token: "read" });
  expect(result.changes).toEqual({ create: 1, read: 1 });
  expect((await stack.run("destroy")).ok).toBe(true);
  expect(stack.provider.resources.has("there")).toBe(true);
});
