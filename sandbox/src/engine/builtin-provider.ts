import { randomUUID } from "node:crypto";
import type { CheckFailure, Provider } from "./provider.js";
import { urnType } from "./urn.js";
import { equalValues } from "./values.js";
import type { Properties } from "./values.js";

export const STASH_TYPE = "pulumi:index:Stash";

/** What the builtin functions need to know of the running deployment. */
export interface BuiltinContext {
  /** A resource registered in this run, with its outputs as far as they are known. */
  findResource(urn: string): { urn: string; id: string; state: Properties } | undefined;
  /** Outputs of a stack as the last update left them; undefined when there is no such stack. */
  stackOutputs(name: string): Properties | undefined;
  /** Type and outputs of each resource of a stack, by URN, as the last update left them; undefined as above. */
  stackResources(name: string): Properties | undefined;
}

/**
 * The provider of the package `pulumi` itself. A Stash keeps, as `output`, the input it was created with,
 * whatever its input becomes later.
 */
export function builtinProvider(context: BuiltinContext): Provider {
  return {
    async check({ urn, news }) {
      requireStash(urn);
      const failures: CheckFailure[] = Object.keys(news)
        .filter((property) => property !== "input")
        .map((property) => ({ property, reason: `unknown property "${property}"` }));
      if (!("input" in news)) {
        failures.push({ property: "input", reason: 'missing required property "input"' });
      }
      return { inputs: news, failures };
    },
    async diff({ oldInputs, newInputs }) {
      const same = equalValues(oldInputs["input"], newInputs["input"]);
      return {
        changes: same ? "none" : "some",
        changedKeys: same ? [] : ["input"],
        replaceKeys: [],
        deleteBeforeReplace: false,
      };
    },
    async create({ inputs, preview }) {
      const input = inputs["input"] ?? null;
      return { id: preview ? "" : randomUUID(), outputs: { input, output: input } };
    },
    async update({ newInputs, oldOutputs }) {
      return { outputs: { input: newInputs["input"] ?? null, output: oldOutputs["output"] ?? null } };
    },
    async delete() {
      // A Stash lives in the state alone.
    },
    async read({ id, inputs, outputs }) {
      if (Object.keys(inputs).length === 0) throw new Error("stash can not be imported");
      return { id, inputs, outputs };
    },
    async invoke(token, args): Promise<{ result: Properties; failures: CheckFailure[] }> {
      switch (token) {
        case "pulumi:pulumi:getResource": {
          const urn = String(args["urn"]);
          const found = context.findResource(urn);
          if (!found) throw new Error(`unknown resource ${urn}`);
          return { result: { urn: found.urn, id: found.id, state: found.state }, failures: [] };
        }
        case "pulumi:pulumi:readStackOutputs": {
          const name = String(args["name"]);
          const outputs = context.stackOutputs(name);
          if (!outputs) throw new Error(`unknown stack "${name}"`);
          return { result: { name, outputs, secretOutputNames: [] }, failures: [] };
        }
        case "pulumi:pulumi:readStackResourceOutputs": {
          const name = String(args["stackName"]);
          const outputs = context.stackResources(name);
          if (!outputs) throw new Error(`unknown stack "${name}"`);
          return { result: { name, outputs }, failures: [] };
        }
        default:
          throw new Error(`unrecognized function name: '${token}'`);
      }
    },
  };
}

function requireStash(urn: string): void {
  if (urnType(urn) !== STASH_TYPE) throw new Error(`unrecognized resource type '${urnType(urn)}'`);
}
