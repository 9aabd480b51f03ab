import type { Deployment, Step } from "./deployment.js";
import { deletionWaves } from "./graph.js";
import { deleteStep, protectedMessage } from "./operations.js";
import type { Planner } from "./planner.js";
import { refreshResource } from "./refresh.js";
import type { ResourceState } from "./state.js";
import { deletableTargets } from "./targets.js";

/**
 * Deletes the resources that the run no longer needs, each before its dependencies. Nothing is deleted if
 * one of the resources is protected.
 *
 * @param which `all` resources of the stack, or only those `unregistered` in this run.
 */
export async function deleteResources(
  deployment: Deployment,
  planner: Planner,
  which: "all" | "unregistered",
): Promise<void> {
  const { journal } = deployment;
  const all = journal.snapshot().resources;
  let condemned = [...deletableTargets(deployment, which === "all" ? all : journal.remaining(), all)];
  if (deployment.options.refresh) condemned = await refreshed(deployment, planner, condemned);

  const guarded = condemned.filter((state) => state.protect && !state.delete);
  if (guarded.length > 0) {
    for (const { urn } of guarded) {
      deployment.report({ severity: "error", urn, message: protectedMessage(urn) });
    }
    deployment.stop();
    return;
  }

  const steps = new Map<ResourceState, Step>();
  for (const state of condemned) planner.deleted.add(state.urn);
  for (const state of condemned) {
    if (state.pendingReplacement) steps.set(state, forgetStep(deployment, state));
    else steps.set(state, deleteStep(deployment, state, planner.deleted, state.delete ? "after" : undefined));
    await planner.ensureProvider(state);
  }
  for (const wave of deletionWaves(condemned, [...new Set([...journal.base(), ...all])])) {
    await Promise.all(wave.map((state) => deployment.run([steps.get(state)!])));
  }
}

async function refreshed(
  deployment: Deployment,
  planner: Planner,
  states: readonly ResourceState[],
): Promise<ResourceState[]> {
  const fresh = await Promise.all(
    states.map(async (state) => {
      if (state.delete || planner.wasRefreshed(state)) return state;
      await planner.ensureProvider(state);
      return refreshResource(deployment, state);
    }),
  );
  return fresh.filter((state) => state !== undefined);
}

/** It was deleted already, by a run that could not create its replacement. */
function forgetStep({ journal }: Deployment, state: ResourceState): Step {
  return {
    op: "remove-pending-replace",
    urn: state.urn,
    logical: false,
    apply: async () => {
      journal.remove(state);
    },
  };
}
