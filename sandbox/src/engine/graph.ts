import { dependenciesOf } from "./state.js";
import type { ResourceState } from "./state.js";

/** Every resource that needs `root`, directly or through others, in the order of the list. */
export function dependentsOf(root: string, resources: readonly ResourceState[]): ResourceState[] {
  const reached = new Set([root]);
  const dependents = new Set<ResourceState>();
  for (let grown = true; grown;) {
    grown = false;
    for (const state of resources) {
      if (dependents.has(state) || state.urn === root) continue;
      if (![...dependenciesOf(state)].some((urn) => reached.has(urn))) continue;
      dependents.add(state);
      reached.add(state.urn);
      grown = true;
    }
  }
  return resources.filter((state) => dependents.has(state));
}

/**
 * Cuts the resources to delete into waves: a resource is in an earlier wave than everything it needs.
 * Chains of need that run through resources which stay count as well.
 */
export function deletionWaves(
  condemned: readonly ResourceState[],
  all: readonly ResourceState[],
): ResourceState[][] {
  const byUrn = new Map<string, ResourceState[]>();
  for (const state of all) byUrn.set(state.urn, [...(byUrn.get(state.urn) ?? []), state]);
  const depths = new Map<ResourceState, number>();
  const targets = new Set(condemned);
  const depth = (state: ResourceState): number => {
    const known = depths.get(state);
    if (known !== undefined) return known;
    depths.set(state, 0); // Ends the walk, should the state hold a cycle.
    let deepest = 0;
    for (const urn of dependenciesOf(state)) {
      for (const needed of byUrn.get(urn) ?? []) {
        if (needed === state) continue;
        deepest = Math.max(deepest, depth(needed) + (targets.has(needed) ? 1 : 0));
      }
    }
    depths.set(state, deepest);
    return deepest;
  };
  const waves: ResourceState[][] = [];
  for (const state of condemned) (waves[depth(state)] ??= []).push(state);
  return waves.filter((wave) => wave.length > 0).reverse();
}

/** The resources ordered so that each comes after everything it needs. */
export function inDependencyOrder(resources: readonly ResourceState[]): ResourceState[] {
  return deletionWaves(resources, resources).reverse().flat();
}
