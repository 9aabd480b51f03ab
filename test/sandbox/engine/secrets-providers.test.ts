import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { createStack } from "./harness.js";

test("secrets are encrypted in the state and masked in the outputs", async () => {
  const stack = await createStack();
  const program = `
    const config = new pulumi.Config("app");
    const a = new Thing("a", { value: config.requireSecret("password"), other: "plain" },
      { additionalSecretOutputs: ["token"] });
    exports.value = a.value; exports.token = a.token; exports.other = a.other;
  `;
  const options = { config: { "app:password": "hunter2" }, secretKeys: ["app:password"] };
  const result = await stack.up(program, options);
  expect(result.diagnostics).toEqual([]);
  expect(result.outputs).toEqual({ value: "[secret]", token: "[secret]", other: "plain" });
  expect(result.outputsSecret).toEqual({ value: "hunter2", token: "token-id-1", other: "plain" });
  const text = readFileSync(stack.stateFile, "utf8");
  expect(text).not.toContain("hunter2");
  expect(text).not.toContain("token-id-1");
  expect(statSync(`${stack.stateFile}.key`).mode & 0o077).toBe(0);

  const again = await stack.up(program, options);
  expect(again.changes).toEqual({ same: 2 });
  expect(again.outputsSecret).toMatchObject({ value: "hunter2" });
  expect(readFileSync(stack.stateFile, "utf8")).toBe(text);
});

test("a provider that doesn't know secrets never loses the mark", async () => {
  const stack = await createStack();
  stack.provider.acceptsSecrets = false;
  const result = await stack.up(`exports.value = new Thing("a", { value: pulumi.secret("hush") }).value;`);
  expect(result.outputs).toEqual({ value: "[secret]" });
  expect(stack.provider.named("a")).toMatchObject({ value: "hush" });
  expect(readFileSync(stack.stateFile, "utf8")).not.toContain("hush");
});

test("default providers take the package's configuration", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", {}, { version: "1.2.3" });`, {
    config: { "fake:region": "eu-west-1", "other:x": "y" },
  });
  expect(stack.provider.configured.at(-1)).toEqual({ region: "eu-west-1", version: "1.2.3" });
  expect(stack.resource("a").provider).toMatch(
    /^urn:pulumi:dev::proj::pulumi:providers:fake::default_1_2_3::[0-9a-f-]{36}$/,
  );
});

test("explicit providers are configured, updated, and deleted last", async () => {
  const stack = await createStack();
  const program = (region: string) => `
    class Provider extends pulumi.ProviderResource {
      constructor(name, args, opts) { super("fake", name, args, opts); }
    }
    const p = new Provider("p", { region: "${region}" });
    const g = new Group("g", {}, { providers: [p] });
    new Thing("a", {}, { parent: g });
  `;
  expect((await stack.up(program("one"))).changes).toEqual({ create: 4 });
  const { provider } = stack.resource("a");
  expect(provider).toContain("::pulumi:providers:fake::p::");
  const updated = await stack.up(program("two"));
  expect(updated.changes).toEqual({ same: 3, update: 1 });
  expect(stack.resource("a").provider).toBe(provider);
  expect(stack.provider.configured.at(-1)).toEqual({ region: "two" });
  const destroyed = await stack.run("destroy");
  expect(destroyed.ok).toBe(true);
  expect(destroyed.steps.map(({ name }) => name)).toEqual(["a", "g", "p", "proj-dev"]);
});

test("a default provider of another version neither replaces resources nor comes back for deletions", async () => {
  const stack = await createStack();
  const config = (region: string) => ({ config: { "fake:region": region } });
  await stack.up(
    `new Thing("a", {}, { version: "1.0.0" }); new Thing("b", {}, { version: "1.0.0" });`,
    config("old"),
  );
  const result = await stack.up(`new Thing("a", {}, { version: "2.0.0" });`, config("new"));
  expect(result.ok).toBe(true);
  expect(result.changes).toEqual({ same: 2, delete: 1 });
  expect(stack.provider.configured.at(-1)).toEqual({ region: "new", version: "2.0.0" });
  expect(stack.provider.resources.size).toBe(1);
});
