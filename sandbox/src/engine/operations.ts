import type { Deployment, Step } from "./deployment.js";
import { errorMessage } from "./grpc.js";
import { InitializationError } from "./provider.js";
import type { Diff } from "./provider.js";
import type { ResourceState } from "./state.js";
import { isProviderType } from "./urn.js";
import { UNKNOWN, equalValues, markSecret } from "./values.js";
import type { Properties } from "./values.js";

/** The Pulumi engine's limit for retries that error hooks request. */
const MAX_ERROR_HOOK_RETRIES = 100;

/** The parts of a diff for a step's summary. */
export function describe(diff: Diff | undefined): Pick<Step, "diffs" | "replaceKeys" | "detailedDiff"> {
  if (!diff) return {};
  return { diffs: diff.changedKeys, replaceKeys: diff.replaceKeys, detailedDiff: diff.detailedDiff };
}

export function sameStep(deployment: Deployment, old: ResourceState, fresh: ResourceState): Step {
  return {
    op: "same",
    urn: fresh.urn,
    before: old,
    after: fresh,
    logical: true,
    id: () => fresh.id,
    apply: async () => {
      if (old.id !== undefined) fresh.id = old.id;
      fresh.outputs = old.outputs;
      keepTimes(old, fresh);
      if (old.initErrors) fresh.initErrors = old.initErrors;
      if (isProviderType(fresh.type)) {
        await deployment.providers.configure(fresh.urn, fresh.id ?? "", old.inputs);
      }
      deployment.journal.remove(old);
      deployment.journal.add(fresh);
    },
  };
}

/**
 * Creates a resource. With `replacing`, the old one stays in the state, marked for deletion, unless it was
 * deleted before.
 */
export function createStep(
  deployment: Deployment,
  fresh: ResourceState,
  replacing?: { old: ResourceState; diff: Diff; deletedBefore: boolean },
): Step {
  const { hooks, providers, journal, options } = deployment;
  const subject = { urn: fresh.urn, id: "", newInputs: fresh.inputs };
  const runHooks = (when: "before" | "after", names: string[] | undefined) =>
    hooks.run(when, names, when === "after" ? { ...subject, ...created(fresh) } : subject, {
      dryRun: options.dryRun,
      warn: (message) => {
        deployment.warn(fresh.urn, message);
      },
    });
  const settle = (): void => {
    fresh.outputs = markSecret(fresh.outputs, fresh.additionalSecretOutputs ?? []);
    fresh.created = fresh.modified = new Date().toISOString();
    if (replacing?.deletedBefore) journal.remove(replacing.old);
    else if (replacing) replacing.old.delete = true;
    journal.add(fresh);
  };
  return {
    op: replacing ? "create-replacement" : "create",
    urn: fresh.urn,
    before: replacing?.old,
    after: fresh,
    logical: !replacing,
    ...describe(replacing?.diff),
    pending: fresh.custom ? { type: "creating", resource: fresh } : undefined,
    id: () => fresh.id,
    apply: async () => {
      await runHooks("before", fresh.resourceHooks?.beforeCreate);
      if (fresh.custom) {
        const provider = providers.of(fresh);
        try {
          const answer = await withErrorHooks(deployment, "create", fresh, subject, () =>
            provider.create({
              urn: fresh.urn,
              inputs: fresh.inputs,
              preview: options.dryRun,
              timeout: fresh.customTimeouts?.create ?? 0,
            }),
          );
          if (!options.dryRun && answer.id === "") {
            throw new Error("provider did not return an ID from Create");
          }
          fresh.id = answer.id;
          fresh.outputs = answer.outputs;
        } catch (error) {
          if (!(error instanceof InitializationError)) throw error;
          // It exists, so the state must record it, and that it isn't as it should be.
          fresh.id = error.id;
          fresh.outputs = error.outputs;
          fresh.initErrors = error.reasons;
          settle();
          throw error;
        }
      }
      settle();
      if (fresh.custom)
        await afterHooks(deployment, fresh, () => runHooks("after", fresh.resourceHooks?.afterCreate));
    },
  };
}

export function updateStep(
  deployment: Deployment,
  old: ResourceState,
  fresh: ResourceState,
  diff: Diff,
): Step {
  const { hooks, providers, journal, options } = deployment;
  const subject = {
    urn: fresh.urn,
    id: old.id ?? "",
    newInputs: fresh.inputs,
    oldInputs: old.inputs,
    oldOutputs: old.outputs,
  };
  const hookOptions = {
    dryRun: options.dryRun,
    warn: (message: string) => {
      deployment.warn(fresh.urn, message);
    },
  };
  const settle = (): void => {
    fresh.outputs = markSecret(fresh.outputs, fresh.additionalSecretOutputs ?? []);
    journal.remove(old);
    journal.add(fresh);
  };
  return {
    op: "update",
    urn: fresh.urn,
    before: old,
    after: fresh,
    logical: true,
    ...describe(diff),
    pending: fresh.custom ? { type: "updating", resource: old } : undefined,
    id: () => fresh.id,
    apply: async () => {
      if (old.id !== undefined) fresh.id = old.id;
      keepTimes(old, fresh);
      await hooks.run("before", fresh.resourceHooks?.beforeUpdate, subject, hookOptions);
      if (fresh.custom) {
        const provider = providers.of(fresh);
        try {
          const answer = await withErrorHooks(deployment, "update", fresh, subject, () =>
            provider.update({
              urn: fresh.urn,
              id: old.id ?? "",
              oldInputs: old.inputs,
              oldOutputs: old.outputs,
              newInputs: fresh.inputs,
              ignoreChanges: fresh.ignoreChanges ?? [],
              preview: options.dryRun,
              timeout: fresh.customTimeouts?.update ?? 0,
            }),
          );
          fresh.outputs = answer.outputs;
        } catch (error) {
          if (!(error instanceof InitializationError)) throw error;
          fresh.outputs = error.outputs;
          fresh.initErrors = error.reasons;
          settle();
          throw error;
        }
        fresh.modified = new Date().toISOString();
      }
      settle();
      if (!fresh.custom) return;
      await afterHooks(deployment, fresh, () =>
        hooks.run(
          "after",
          fresh.resourceHooks?.afterUpdate,
          { ...subject, newOutputs: fresh.outputs },
          hookOptions,
        ),
      );
    },
  };
}

/**
 * Deletes a resource, or forgets it where it is only read, retained, or goes away with another one.
 *
 * @param replacing `before` the replacement is created, or `after` it.
 */
export function deleteStep(
  deployment: Deployment,
  old: ResourceState,
  deletedUrns: ReadonlySet<string>,
  replacing?: "before" | "after",
): Step {
  const { hooks, providers, journal, options } = deployment;
  const subject = { urn: old.urn, id: old.id ?? "", oldInputs: old.inputs, oldOutputs: old.outputs };
  const hookOptions = {
    dryRun: options.dryRun,
    warn: (message: string) => {
      deployment.warn(old.urn, message);
    },
  };
  const goesBySelf =
    old.external === true ||
    old.retainOnDelete === true ||
    (old.deletedWith !== undefined && deletedUrns.has(old.deletedWith));
  const managed = old.custom && !goesBySelf;
  const op = old.external
    ? replacing
      ? "discard-replaced"
      : "discard"
    : replacing
      ? "delete-replaced"
      : "delete";
  return {
    op,
    urn: old.urn,
    before: old,
    logical: !replacing,
    pending: managed ? { type: "deleting", resource: old } : undefined,
    id: () => old.id,
    apply: async () => {
      await hooks.run("before", old.resourceHooks?.beforeDelete, subject, hookOptions);
      if (!replacing && old.protect) throw new Error(protectedMessage(old.urn));
      if (!options.dryRun && managed && old.id !== undefined && old.id !== UNKNOWN) {
        const { id } = old;
        await withErrorHooks(deployment, "delete", old, subject, () =>
          providers.of(old).delete({
            urn: old.urn,
            id,
            inputs: old.inputs,
            outputs: old.outputs,
            timeout: old.customTimeouts?.delete ?? 0,
          }),
        );
      }
      if (replacing === "before") old.pendingReplacement = true;
      else journal.remove(old);
      await afterHooks(deployment, old, () =>
        hooks.run("after", old.resourceHooks?.afterDelete, subject, hookOptions),
      );
    },
  };
}

/** Marks, among the steps, the replacement as the one change a user sees. */
export function replaceStep(old: ResourceState, fresh: ResourceState, diff: Diff): Step {
  return {
    op: "replace",
    urn: fresh.urn,
    before: old,
    after: fresh,
    logical: true,
    ...describe(diff),
    id: () => fresh.id,
    apply: async () => undefined,
  };
}

export function protectedMessage(urn: string): string {
  return (
    `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, ` +
    "either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, " +
    `or use the command:\n\`pulumi state unprotect '${urn}'\``
  );
}

/** Reads an existing resource that the stack uses but doesn't manage. */
export function readStep(deployment: Deployment, old: ResourceState | undefined, fresh: ResourceState): Step {
  const replacing = old !== undefined && !old.external;
  return {
    op: replacing ? "read-replacement" : "read",
    urn: fresh.urn,
    before: old,
    after: fresh,
    logical: true,
    pending: { type: "reading", resource: fresh },
    id: () => fresh.id,
    apply: async () => {
      if (fresh.id !== UNKNOWN) {
        const id = fresh.id ?? "";
        const answer = await deployment.providers.of(fresh).read({
          urn: fresh.urn,
          id,
          inputs: fresh.inputs,
          outputs: fresh.inputs,
          timeout: fresh.customTimeouts?.read ?? 0,
        });
        if (answer.id === "") throw new Error(`resource '${id}' does not exist`);
        fresh.id = answer.id;
        fresh.outputs = markSecret(answer.outputs, fresh.additionalSecretOutputs ?? []);
      }
      if (old) {
        keepTimes(old, fresh);
        const changed = !equalValues(old.outputs, fresh.outputs) || !equalValues(old.inputs, fresh.inputs);
        if (changed) fresh.modified = new Date().toISOString();
        if (!replacing) deployment.journal.remove(old);
        else old.delete = true;
      }
      deployment.journal.add(fresh);
    },
  };
}

function created(fresh: ResourceState): { id: string; newOutputs: Properties } {
  return { id: fresh.id ?? "", newOutputs: fresh.outputs };
}

function keepTimes(old: ResourceState, fresh: ResourceState): void {
  if (old.created) fresh.created = old.created;
  if (old.modified) fresh.modified = old.modified;
}

/** The resource has changed already: a failing hook makes the run fail, not the step. */
async function afterHooks(
  deployment: Deployment,
  state: ResourceState,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    deployment.failLater(state.urn, errorMessage(error));
  }
}

/** Retries while the resource's error hooks request it. */
async function withErrorHooks<T>(
  deployment: Deployment,
  operation: "create" | "update" | "delete",
  state: ResourceState,
  subject: { urn: string; id: string },
  attempt: () => Promise<T>,
): Promise<T> {
  const errors: string[] = [];
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      errors.unshift(errorMessage(error));
      if (errors.length >= MAX_ERROR_HOOK_RETRIES) {
        deployment.warn(
          state.urn,
          `maximum number of error hook retries (${MAX_ERROR_HOOK_RETRIES}) reached`,
        );
        throw new Error("maximum number of error hook retries reached", { cause: error });
      }
      const retry = await retryWanted(deployment, operation, state, subject, errors);
      if (!retry) throw error;
      deployment.warn(
        state.urn,
        `retrying ${operation} due to on-error hook request (${errors.length}/${MAX_ERROR_HOOK_RETRIES})`,
      );
    }
  }
}

async function retryWanted(
  { hooks }: Deployment,
  operation: "create" | "update" | "delete",
  state: ResourceState,
  subject: { urn: string; id: string },
  errors: string[],
): Promise<boolean> {
  try {
    return await hooks.shouldRetry(state.resourceHooks?.onError, operation, errors, subject);
  } catch (error) {
    throw new Error(`error hooks execution failed: ${errorMessage(error)}`, { cause: error });
  }
}
