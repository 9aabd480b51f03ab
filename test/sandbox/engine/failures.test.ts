import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { StackLockedError, readState, runEngine } from "../../../sandbox/src/engine/engine.js";
import { createStack } from "./harness.js";

test("a failed step stops the run; what was under way is kept, dependents are not begun", async () => {
  const stack = await createStack();
  const program = `
    const slow = new Thing("slow", {});
    const bad = new Thing("bad-one", {});
    new Thing("child", { value: bad.token });
    new Thing("later", { value: slow.token });
  `;
  stack.provider.interfere = async (_operation, name) => {
    if (name === "slow") await sleep(300);
    if (name === "bad-one") {
      await sleep(50);
      throw new Error("quota exceeded");
    }
  };
  const failed = await stack.up(program);
  expect(failed.ok).toBe(false);
  expect(failed.diagnostics).toEqual([
    { severity: "error", urn: "urn:pulumi:dev::proj::fake:index:Thing::bad-one", message: "quota exceeded" },
  ]);
  expect(stack.provider.calls).toEqual(["create slow"]);
  expect(stack.names()).toEqual(["slow"]);
  expect(readState(stack.stateFile).pendingOperations).toEqual([]);

  stack.provider.interfere = () => undefined;
  const repaired = await stack.up(program);
  expect(repaired.ok).toBe(true);
  expect(repaired.changes).toEqual({ same: 2, create: 3 });
});

test("a deletion that fails leaves the rest in the state", async () => {
  const stack = await createStack();
  await stack.up(`const a = new Thing("a", {}); new Thing("b", { value: a.token });`);
  stack.provider.interfere = (operation, name) => {
    if (operation === "delete" && name === "a") throw new Error("still in use");
  };
  const failed = await stack.run("destroy");
  expect(failed.ok).toBe(false);
  expect(stack.names()).toEqual(["a"]);
  stack.provider.interfere = () => undefined;
  expect((await stack.run("destroy")).ok).toBe(true);
  expect(stack.provider.resources.size).toBe(0);
});

test("a replacement that fails after its deletion is made up for by the next run", async () => {
  const stack = await createStack();
  await stack.up(`new Thing("a", { key: "1", dbr: true });`);
  stack.provider.interfere = (operation) => {
    if (operation === "create") throw new Error("no");
  };
  expect((await stack.up(`new Thing("a", { key: "2", dbr: true });`)).ok).toBe(false);
  expect(stack.resource("a").pendingReplacement).toBe(true);
  stack.provider.interfere = () => undefined;
  stack.provider.calls.length = 0;
  const repaired = await stack.up(`new Thing("a", { key: "2", dbr: true });`);
  expect(repaired.ok).toBe(true);
  expect(stack.provider.calls).toEqual(["create a"]);
  expect(stack.resource("a").pendingReplacement).toBeUndefined();
});

test("an engine killed in a step tells of it in the next run, and a refresh clears it", async () => {
  const stack = await createStack();
  stack.write(`const a = new Thing("a", {}); new Thing("b", { value: a.token });`);
  let hang = true;
  stack.provider.interfere = async (_operation, name) => {
    if (name === "b" && hang) await sleep(60_000, undefined, { ref: false });
  };
  const script = join(stack.dir, "run.mjs");
  const { onEvent: _onEvent, ...options } = stack.options("up");
  writeFileSync(
    script,
    `import { runEngine } from ${JSON.stringify(resolve("sandbox/src/engine/engine.ts"))};
     await runEngine(${JSON.stringify(options)});`,
  );
  const loader = resolve("test/sandbox/ses/typescript-loader.mjs");
  const child = spawn(process.execPath, ["--import", loader, script], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const pending = () =>
    existsSync(stack.stateFile) && readFileSync(stack.stateFile, "utf8").includes('"type":"creating"}');
  while (!(stack.provider.calls.includes("create a") && stack.provider.inFlight === 1 && pending())) {
    await sleep(20);
  }
  expect(() => process.kill(child.pid!, 0)).not.toThrow();
  await expect(runEngine(stack.options("up"))).rejects.toThrow(StackLockedError);
  child.kill("SIGKILL");
  await new Promise((done) => child.once("exit", done));
  hang = false;

  expect(stack.names()).toEqual(["a"]);
  const interrupted = await stack.run("up");
  expect(interrupted.ok).toBe(true);
  expect(interrupted.diagnostics).toHaveLength(1);
  expect(interrupted.diagnostics[0]).toMatchObject({ severity: "warning" });
  expect(interrupted.diagnostics[0]?.message).toContain(
    "* urn:pulumi:dev::proj::fake:index:Thing::b, interrupted while creating",
  );
  expect(interrupted.changes).toEqual({ same: 2, create: 1 });
  expect(readState(stack.stateFile).pendingOperations).toHaveLength(1);
  await stack.run("refresh");
  expect(readState(stack.stateFile).pendingOperations).toEqual([]);
});

test("a cancelled run finishes what is under way and begins nothing more", async () => {
  const stack = await createStack();
  const controller = new AbortController();
  stack.provider.interfere = async (_operation, name) => {
    if (name !== "a") return;
    controller.abort();
    await sleep(200);
  };
  const result = await stack.up(`const a = new Thing("a", {}); new Thing("b", { value: a.token });`, {
    signal: controller.signal,
  });
  expect(result.ok).toBe(false);
  expect(stack.provider.calls).toEqual(["create a"]);
  expect(stack.names()).toEqual(["a"]);
});

test("no more operations are under way than allowed", async () => {
  const stack = await createStack();
  stack.provider.interfere = () => sleep(50);
  const result = await stack.up(`for (let i = 0; i < 8; i++) new Thing("t" + i, {});`, { parallel: 3 });
  expect(result.ok).toBe(true);
  expect(stack.provider.maxInFlight).toBe(3);
});
