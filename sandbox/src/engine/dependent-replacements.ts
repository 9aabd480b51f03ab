import type { Deployment } from "./deployment.js";
import { applyReplaceOnChanges, diffResource } from "./diffs.js";
import { dependentsOf } from "./graph.js";
import { isReplace } from "./provider.js";
import type { ResourceState } from "./state.js";
import { parseProviderReference } from "./urn.js";
import { UNKNOWN } from "./values.js";

interface Progress {
  registered: ReadonlyMap<string, unknown>;
  ensureProvider(state: ResourceState): Promise<void>;
}

/**
 * The resources that can't outlive `root` when it is deleted before its replacement exists: their provider
 * says that the properties they take from it would force a replacement. The most recently created come
 * first, because they are deleted in this order.
 */
export async function dependentReplacements(
  deployment: Deployment,
  progress: Progress,
  root: ResourceState,
): Promise<ResourceState[]> {
  const replaced = new Set([root.urn]);
  const found: ResourceState[] = [];
  const resources = deployment.journal.base().filter((state) => !state.delete);
  for (const candidate of dependentsOf(root.urn, resources)) {
    if (progress.registered.has(candidate.urn) || !candidate.custom || candidate.external) continue;
    const isDependent = await mustBeReplaced(deployment, progress, candidate, replaced);
    if (!isDependent) continue;
    replaced.add(candidate.urn);
    found.push(candidate);
  }
  for (const state of resources) {
    const bound = state.replaceWith?.some((urn) => replaced.has(urn)) ?? false;
    if (bound && !replaced.has(state.urn) && !progress.registered.has(state.urn)) found.push(state);
  }
  return found.reverse();
}

async function mustBeReplaced(
  { providers }: Deployment,
  progress: Progress,
  state: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<boolean> {
  if (state.provider && replaced.has(parseProviderReference(state.provider).urn)) {
    await progress.ensureProvider(state);
    return true;
  }
  const newInputs = { ...state.inputs };
  let affected = false;
  for (const key of Object.keys(state.inputs)) {
    if (!state.propertyDependencies[key]?.some((urn) => replaced.has(urn))) continue;
    affected = true;
    newInputs[key] = UNKNOWN;
  }
  if (!affected) return false;
  await progress.ensureProvider(state);
  const diff = await diffResource(providers.of(state), {
    urn: state.urn,
    id: state.id ?? "",
    oldInputs: state.inputs,
    oldOutputs: state.outputs,
    newInputs,
    ignoreChanges: state.ignoreChanges ?? [],
  });
  return isReplace(applyReplaceOnChanges(diff, state.replaceOnChanges ?? [], false));
}
