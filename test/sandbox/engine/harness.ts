import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach } from "vitest";
import { readState, runEngine } from "../../../sandbox/src/engine/engine.js";
import type { EngineEvent, EngineOptions, EngineResult } from "../../../sandbox/src/engine/engine.js";
import type { ResourceState } from "../../../sandbox/src/engine/engine.js";
import { FakeProvider } from "./fake-provider.js";

const PRELUDE = `
// The parts that these programs use: the whole SDK takes three times as long to load.
const pulumi = {
  ...require("@pulumi/pulumi/config"),
  ...require("@pulumi/pulumi/output"),
  ...require("@pulumi/pulumi/resource"),
  ...require("@pulumi/pulumi/stash"),
  runtime: require("@pulumi/pulumi/runtime/invoke"),
};
class Thing extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super("fake:index:Thing", name, { token: undefined, ...args }, opts);
  }
}
class Group extends pulumi.ComponentResource {
  constructor(name, args, opts) { super("fake:index:Group", name, args, opts); }
}
`;

/** A stack with a project folder, a state file and a provider of its own. */
export interface TestStack {
  dir: string;
  stateFile: string;
  provider: FakeProvider;
  events: EngineEvent[];
  /** Makes `source` the program; `pulumi`, `Thing` and `Group` are there for it. */
  write(source: string): void;
  run(operation: EngineOptions["operation"], options?: Partial<EngineOptions>): Promise<EngineResult>;
  /** Writes the program, previews nothing, and deploys. */
  up(source: string, options?: Partial<EngineOptions>): Promise<EngineResult>;
  /** Logical names of the resources in the state, without stack and providers. */
  names(): string[];
  resource(name: string): ResourceState;
  options(operation: EngineOptions["operation"]): EngineOptions;
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

export async function createStack(): Promise<TestStack> {
  const dir = mkdtempSync(join(tmpdir(), "engine-"));
  const provider = await new FakeProvider().start();
  cleanups.push(() => {
    provider.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  mkdirSync(join(dir, "program"));
  symlinkSync(resolve("node_modules"), join(dir, "program", "node_modules"));
  writeFileSync(join(dir, "program", "package.json"), JSON.stringify({ name: "test", main: "index.js" }));
  const events: EngineEvent[] = [];
  const stateFile = join(dir, "state.json");
  const custom = () =>
    readState(stateFile).resources.filter(
      ({ type }) => type.startsWith("fake:") || type === "pulumi:index:Stash",
    );
  const stack: TestStack = {
    dir,
    stateFile,
    provider,
    events,
    write: (source) => {
      writeFileSync(join(dir, "program", "index.js"), PRELUDE + source);
    },
    options: (operation) => ({
      operation,
      project: "proj",
      stack: "dev",
      program: { cwd: join(dir, "program"), main: "." },
      config: {},
      stateFile,
      providers: { fake: provider.address },
      onEvent: (event) => events.push(event),
    }),
    run: (operation, options) => runEngine({ ...stack.options(operation), ...options }),
    up: (source, options) => {
      stack.write(source);
      return stack.run("up", options);
    },
    names: () => custom().map(({ urn }) => urn.split("::")[3] ?? ""),
    resource: (name) => {
      const found = custom().find(({ urn }) => urn.split("::")[3] === name);
      if (!found) throw new Error(`no ${name} in the state`);
      return found;
    },
  };
  return stack;
}
