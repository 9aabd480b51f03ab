import type { Deployment } from "./deployment.js";
import { dependenciesOf, type ResourceState } from "./state.js";

/** Reports targets that don't exist, and stops the run: a mistyped URN must not look like success. */
export function checkTargets(
  deployment: Deployment,
  registered: ReadonlyMap<string, unknown> = new Map(),
): void {
  const { targets = [] } = deployment.options;
  const known = new Set(deployment.journal.base().map(({ urn }) => urn));
  const missing = [...targets].filter((urn) => !known.has(urn) && !registered.has(urn));
  for (const urn of missing) deployment.fail(undefined, new Error(`no resource named '${urn}' found`));
}

/**
 * The resources of `condemned` that the targets allow to delete.
 * @throws Error if a resource that stays needs one of them
 */
export function deletableTargets(
  deployment: Deployment,
  condemned: readonly ResourceState[],
  all: readonly ResourceState[],
): readonly ResourceState[] {
  const { targets } = deployment.options;
  if (targets === undefined) return condemned;
  const deletable = condemned.filter(({ urn }) => targets.has(urn));
  const urns = new Set(deletable.map(({ urn }) => urn));
  for (const state of all) {
    const needed = urns.has(state.urn) ? undefined : [...dependenciesOf(state)].find((urn) => urns.has(urn));
    if (needed === undefined) continue;
    throw new Error(
      `Cannot delete resource '${needed}' without also deleting '${state.urn}', which is no target`,
    );
  }
  return deletable;
}
