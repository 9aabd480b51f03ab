import type { DefaultProviders } from "./default-providers.js";
import type { Deployment } from "./deployment.js";
import { plainGoal, type Goal } from "./goal.js";
import type { Planner } from "./planner.js";
import { createUrn, packageOf, ROOT_STACK_TYPE } from "./urn.js";

/** An entry of a file for `pulumi import`. */
export interface ImportSpec {
  readonly type: string;
  readonly name: string;
  /** Absent for a component, which exists in the state alone. */
  readonly id?: string;
  /** Name of another entry; by default the stack. */
  readonly parent?: string;
}

/**
 * Takes resources into the state as they are. A program need not know them. What the state has already, under the same
 * id, stays as it is.
 * @param protect whether they are protected from deletion
 * @throws Error if one doesn't exist, the state has it under another id, or a parent is in none of the entries
 */
export async function importResources(
  specs: readonly ImportSpec[],
  protect: boolean,
  { deployment, planner, defaults }: { deployment: Deployment; planner: Planner; defaults: DefaultProviders },
): Promise<void> {
  const { project, stack } = deployment.options;
  const base = deployment.journal.base().filter((state) => state.delete !== true);
  const olds = new Map(base.map((state) => [state.urn, state]));
  const register = async (goal: Goal): Promise<string> => {
    const urn = createUrn(stack, project, goal.parent, goal.type, goal.name);
    const old = olds.get(urn);
    if (old === undefined) {
      await planner.register(goal);
      return urn;
    }
    // Of an id that the provider writes in another way in the state, the real engine says the same.
    if (goal.importId !== "" && (old.importID ?? old.id) !== goal.importId)
      throw new Error(`resource '${urn}' already exists`);
    planner.registered.set(urn, old);
    return urn;
  };
  const root = await register(bare({ type: ROOT_STACK_TYPE, name: `${project}-${stack}`, parent: "" }));
  const urns = new Map<string, string>();
  for (const { type, name, id, parent } of specs) {
    const above = parent === undefined ? root : urns.get(parent);
    if (above === undefined)
      throw new Error(`the parent '${parent}' for resource '${name}' of type '${type}' has no entry`);
    const goal = bare({ type, name, parent: above });
    urns.set(
      name,
      await register(
        id === undefined
          ? goal
          : {
              ...goal,
              custom: true,
              importId: id,
              asFound: true,
              provider: await defaults.get(packageOf(type), ""),
              options: protect ? { protect } : {},
            },
      ),
    );
  }
}

/** A component. */
function bare(of: Pick<Goal, "type" | "name" | "parent">): Goal {
  return plainGoal({ ...of, custom: false, inputs: {} });
}
