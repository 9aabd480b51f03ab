import type { Deployment, Step } from "./deployment.js";
import { diffResource } from "./diffs.js";
import type { StepOp } from "./events.js";
import { InitializationError } from "./provider.js";
import type { ReadResult } from "./provider.js";
import type { ResourceState } from "./state.js";
import { isProviderType } from "./urn.js";
import { equalValues, markSecret } from "./values.js";

/**
 * Reads a resource again and stores the result in the state.
 *
 * @returns the new state; undefined if the resource is gone.
 */
export async function refreshResource(
  deployment: Deployment,
  old: ResourceState,
): Promise<ResourceState | undefined> {
  if (!old.custom || isProviderType(old.type) || old.pendingReplacement) return old;
  const outcome: { state: ResourceState | undefined; op: StepOp } = { state: old, op: "same" };
  const step: Step = {
    op: "refresh",
    urn: old.urn,
    before: old,
    after: old,
    logical: true,
    id: () => outcome.state?.id,
    resultOp: () => (outcome.op === "same" ? "same" : outcome.op),
    apply: async () => {
      const answer = await read(deployment, old);
      if (answer.id === "") {
        outcome.state = undefined;
        outcome.op = "delete";
        delete step.after;
        deployment.journal.remove(old);
        return;
      }
      const fresh: ResourceState = {
        ...old,
        id: answer.id,
        inputs: answer.inputs ?? old.inputs,
        outputs: markSecret(answer.outputs, old.additionalSecretOutputs ?? []),
      };
      delete fresh.initErrors;
      if (answer.initErrors) fresh.initErrors = answer.initErrors;
      if (!equalValues(fresh.inputs, old.inputs) || !equalValues(fresh.outputs, old.outputs)) {
        fresh.modified = new Date().toISOString();
      }
      const changed = await hasDrifted(deployment, old, fresh);
      outcome.state = step.after = fresh;
      outcome.op = changed ? "update" : "same";
      if (changed) {
        step.diffs = changed.keys;
        step.detailedDiff = changed.detailed;
      }
      deployment.journal.replace(old, fresh);
    },
  };
  await deployment.run([step]);
  return outcome.state;
}

async function read(
  deployment: Deployment,
  old: ResourceState,
): Promise<ReadResult & { initErrors?: string[] }> {
  try {
    return await deployment.providers.of(old).read({
      urn: old.urn,
      id: old.id ?? "",
      inputs: old.inputs,
      outputs: old.outputs,
      timeout: old.customTimeouts?.read ?? 0,
    });
  } catch (error) {
    if (!(error instanceof InitializationError)) throw error;
    const reasons = error.reasons.join("\n* ");
    deployment.warn(old.urn, `Refreshed resource is in an unhealthy state:\n* ${reasons}`);
    const { id, outputs, inputs, reasons: initErrors } = error;
    return inputs ? { id, outputs, inputs, initErrors } : { id, outputs, initErrors };
  }
}

/** How the real resource differs from the one in the state, according to its provider. */
async function hasDrifted(
  { providers }: Deployment,
  old: ResourceState,
  fresh: ResourceState,
): Promise<{ keys: string[]; detailed: Step["detailedDiff"] } | undefined> {
  if (old.external) {
    return equalValues(old.outputs, fresh.outputs) ? undefined : { keys: [], detailed: undefined };
  }
  const diff = await diffResource(providers.of(old), {
    urn: old.urn,
    id: fresh.id ?? "",
    oldInputs: fresh.inputs,
    oldOutputs: fresh.outputs,
    newInputs: old.inputs,
    ignoreChanges: old.ignoreChanges ?? [],
  });
  return diff.changes === "none" ? undefined : { keys: diff.changedKeys, detailed: diff.detailedDiff };
}
