import type { Deployment, Step } from "./deployment.js";
import { applyReplaceOnChanges, changes, diffResource } from "./diffs.js";
import type { Goal } from "./goal.js";
import { replaceStep, updateStep } from "./operations.js";
import { applyIgnoreChanges } from "./property-path.js";
import { isReplace } from "./provider.js";
import type { Provider } from "./provider.js";
import type { ResourceState } from "./state.js";

/**
 * Adopts an existing resource: reads it, and compares it with what the program wants. What can be updated
 * is updated afterwards; a resource that would have to be replaced isn't adopted.
 *
 * @throws Error if it doesn't exist, or differs in a way that forces a replacement.
 */
export async function importResource(
  deployment: Deployment,
  provider: Provider,
  goal: Goal,
  fresh: ResourceState,
  original: ResourceState | undefined,
): Promise<Step[]> {
  const found = await provider.read({
    urn: fresh.urn,
    id: goal.importId,
    inputs: {},
    outputs: {},
    timeout: goal.options.customTimeouts?.read ?? 0,
  });
  if (found.id === "") throw new Error(`resource '${goal.importId}' does not exist`);
  if (!found.inputs) {
    throw new Error(
      `provider does not support importing resources; please try updating the '${fresh.type.split(":")[0]}' plugin`,
    );
  }
  const now = new Date().toISOString();
  const adopted: ResourceState = {
    ...fresh,
    id: found.id,
    ...(goal.asFound !== true && { importID: goal.importId }),
    inputs: found.inputs,
    outputs: found.outputs,
    created: now,
    modified: now,
  };
  const wanted = goal.asFound === true ? found.inputs : goal.inputs;
  const { inputs } = applyIgnoreChanges(wanted, found.inputs, goal.options.ignoreChanges ?? []);
  const checked = await provider.check({ urn: fresh.urn, olds: found.inputs, news: inputs });
  const [failure] = checked.failures;
  if (failure)
    throw new Error(`${fresh.type} resource '${goal.name}': ${failure.property} ${failure.reason}`);
  const rawDiff = await diffResource(provider, {
    urn: fresh.urn,
    id: found.id,
    oldInputs: found.inputs,
    oldOutputs: found.outputs,
    newInputs: checked.inputs,
    ignoreChanges: goal.options.ignoreChanges ?? [],
  });
  const diff = applyReplaceOnChanges(rawDiff, goal.options.replaceOnChanges ?? [], false);
  if (isReplace(diff)) {
    const message =
      "previously-imported resources that still specify an ID may not be replaced; " +
      `please remove the \`import\` declaration from your program;\n${diff.replaceKeys.join(", ")}`;
    if (!deployment.options.dryRun) throw new Error(message);
    deployment.warn(fresh.urn, message);
  }
  Object.assign(fresh, adopted, { inputs: diff.changes === "none" ? checked.inputs : adopted.inputs });
  const steps: Step[] = [importStep(deployment, fresh, original)];
  if (original) steps.push(replaceStep(original, fresh, changes(true)));
  if (diff.changes === "none") return steps;

  const updated: ResourceState = { ...fresh, inputs: checked.inputs };
  const update = updateStep(deployment, fresh, updated, diff);
  const apply = async (): Promise<void> => {
    await update.apply();
    Object.assign(fresh, updated);
  };
  return [...steps, { ...update, apply }];
}

function importStep(deployment: Deployment, fresh: ResourceState, original: ResourceState | undefined): Step {
  return {
    op: original ? "import-replacement" : "import",
    urn: fresh.urn,
    before: original,
    after: fresh,
    logical: !original,
    pending: { type: "importing", resource: fresh },
    id: () => fresh.id,
    apply: async () => {
      if (original?.external) deployment.journal.remove(original);
      else if (original) original.delete = true;
      deployment.journal.add(fresh);
    },
  };
}
