import { aliasUrns } from "./aliases.js";
import { Semaphore } from "./concurrency.js";
import type { Deployment, Step } from "./deployment.js";
import { dependentReplacements } from "./dependent-replacements.js";
import { applyReplaceOnChanges, changes, diffResource, triggersReplacement } from "./diffs.js";
import type { Goal } from "./goal.js";
import { importResource } from "./import.js";
import { createStep, deleteStep, readStep, replaceStep, sameStep, updateStep } from "./operations.js";
import { applyIgnoreChanges } from "./property-path.js";
import { isReplace } from "./provider.js";
import type { CheckFailure, Diff, Provider } from "./provider.js";
import { refreshResource } from "./refresh.js";
import { dependenciesOf, type ResourceState } from "./state.js";
import { createUrn, isProviderType, parseProviderReference, urnName } from "./urn.js";
import { equalValues, maskSecrets } from "./values.js";

/** The result of a registration. */
export interface Registered {
  state: ResourceState;
  /** The resource was left out, because the run doesn't create resources. */
  skipped?: boolean;
}

/**
 * Decides what to do with each resource that the program registers. Decisions are made one at a time, in the
 * order of the registrations; the resulting steps run in parallel.
 */
export class Planner {
  /** URNs of this run, each with its result; undefined while it is pending. */
  readonly registered = new Map<string, ResourceState | undefined>();
  /** URNs whose old resource this run deletes. */
  readonly deleted = new Set<string>();
  /** URN in this run, by the URN in the state it was found under. */
  readonly aliased = new Map<string, string>();
  readonly replaced = new Set<string>();
  readonly #deployment: Deployment;
  readonly #olds = new Map<string, ResourceState>();
  readonly #matched = new Map<string, string>();
  readonly #refreshed = new Set<ResourceState>();
  /** URNs of new resources that are no targets. */
  readonly #skipped = new Set<string>();
  readonly #turn = new Semaphore(1);
  readonly #manages: boolean;

  /** @param manages false where resources are registered for their hooks and providers only. */
  constructor(deployment: Deployment, manages: boolean) {
    this.#deployment = deployment;
    this.#manages = manages;
    for (const state of deployment.journal.base()) if (!state.delete) this.#olds.set(state.urn, state);
  }

  wasRefreshed(state: ResourceState): boolean {
    return this.#refreshed.has(state);
  }

  async register(goal: Goal): Promise<Registered> {
    const { steps, result } = await this.#turn.run(() => this.#plan(goal));
    await this.#deployment.run(steps);
    return result;
  }

  async read(goal: Goal, id: string): Promise<ResourceState> {
    const { step, fresh } = await this.#turn.run(async () => {
      const urn = this.#claim(goal);
      const fresh = newState(urn, goal);
      fresh.external = true;
      fresh.id = id;
      const old = this.#olds.get(urn);
      this.registered.set(urn, fresh);
      return { step: readStep(this.#deployment, old, fresh), fresh };
    });
    await this.#deployment.run([step]);
    return fresh;
  }

  #claim(goal: Goal): string {
    const { project, stack } = this.#deployment.options;
    if (goal.parent !== "" && !this.registered.has(goal.parent)) {
      throw new Error(`could not find parent resource ${goal.parent}`);
    }
    const urn = createUrn(stack, project, goal.parent, goal.type, goal.name);
    if (this.registered.has(urn)) {
      throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    }
    this.registered.set(urn, undefined);
    return urn;
  }

  async #plan(goal: Goal): Promise<{ steps: Step[]; result: Registered }> {
    const urn = this.#claim(goal);
    let old = this.#findOld(urn, goal);
    const fresh = newState(urn, goal);
    if (old && old.urn !== urn) fresh.aliases = [old.urn];
    this.registered.set(urn, fresh);

    if (!this.#deployment.isTarget(urn)) return this.#leave(urn, goal, old, fresh);
    if (old && this.#deployment.options.refresh) {
      const before = old;
      await this.ensureProvider(before);
      old = await refreshResource(this.#deployment, before);
      if (old) {
        this.#refreshed.add(old);
        this.#olds.set(old.urn, old);
      } else this.#olds.delete(before.urn);
    }
    if (!this.#manages && goal.custom && !isProviderType(goal.type)) {
      if (!old) return { steps: [], result: { state: fresh, skipped: true } };
      // The program's hooks are the ones that are registered in this run.
      if (fresh.resourceHooks) old.resourceHooks = fresh.resourceHooks;
      this.registered.set(urn, old);
      return { steps: [], result: { state: old } };
    }
    const missing = [...dependenciesOf(fresh)].find((needed) => this.#skipped.has(needed));
    if (missing !== undefined) {
      throw new Error(`Resource '${urn}' depends on '${missing}' which was not specified in --target list.`);
    }
    const steps = await this.#decide(urn, goal, old, fresh);
    return { steps, result: { state: fresh } };
  }

  /** A resource that is no target stays as it is; a new one is not created. */
  async #leave(
    urn: string,
    goal: Goal,
    old: ResourceState | undefined,
    fresh: ResourceState,
  ): Promise<{ steps: Step[]; result: Registered }> {
    if (old === undefined) {
      this.#skipped.add(urn);
      return { steps: [], result: { state: fresh, skipped: true } };
    }
    await this.ensureProvider(old);
    const { outputs: _outputs, ...kept } = old;
    Object.assign(fresh, { ...kept, urn }, goal.parent !== "" && { parent: goal.parent });
    return { steps: [sameStep(this.#deployment, old, fresh)], result: { state: fresh } };
  }

  #findOld(urn: string, goal: Goal): ResourceState | undefined {
    const { project, stack } = this.#deployment.options;
    const before = this.aliased.get(urn);
    if (before !== undefined) {
      throw new Error(
        `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${before}'`,
      );
    }
    const own = this.#olds.get(urn);
    if (own) return own;
    for (const alias of aliasUrns(goal, { project, stack, matched: this.#matched })) {
      const old = this.#olds.get(alias);
      if (!old) continue;
      const holder = this.registered.has(alias) ? urn : this.aliased.get(alias);
      if (holder !== undefined) {
        throw new Error(
          `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${holder}'`,
        );
      }
      this.aliased.set(alias, urn);
      this.#matched.set(urn, alias);
      this.#deployment.journal.rename(alias, urn);
      return old;
    }
    return undefined;
  }

  async #decide(
    urn: string,
    goal: Goal,
    old: ResourceState | undefined,
    fresh: ResourceState,
  ): Promise<Step[]> {
    const deployment = this.#deployment;
    const provider = goal.custom ? deployment.providers.of(fresh) : undefined;
    const recreating = this.deleted.has(urn);

    const knownId = old ? (old.importID ?? old.id) : undefined;
    if (provider && goal.importId !== "" && (!old || old.external || knownId !== goal.importId)) {
      return importResource(deployment, provider, goal, fresh, recreating ? undefined : old);
    }
    if (goal.importId !== "") fresh.importID = goal.importId;

    const comparable = old !== undefined && !old.external && !recreating;
    if (provider) {
      let { inputs } = fresh;
      if (comparable) inputs = this.#ignoreChanges(urn, goal, old);
      const olds = comparable ? { olds: old.inputs } : {};
      fresh.inputs = await this.#check(provider, fresh, { ...olds, news: inputs });
    }
    if (!old) return [createStep(deployment, fresh)];
    if (recreating) {
      const diff = changes(true);
      this.replaced.add(urn);
      return [
        replaceStep(old, fresh, diff),
        createStep(deployment, fresh, { old, diff, deletedBefore: true }),
      ];
    }
    if (old.external) {
      const diff = changes(true);
      return [
        createStep(deployment, fresh, { old, diff, deletedBefore: false }),
        replaceStep(old, fresh, diff),
      ];
    }

    const triggered = triggersReplacement(goal.options.replacementTrigger, old.replacementTrigger);
    const diff = triggered ? changes(true) : await this.#diff(goal, old, fresh, provider);
    const pending = old.pendingReplacement === true;
    if (diff.changes === "none" && !pending) {
      if (old.initErrors?.length) return [updateStep(deployment, old, fresh, diff)];
      return [sameStep(deployment, old, fresh)];
    }
    if (isReplace(diff) || triggered || pending) return this.#replace(goal, old, fresh, diff, provider);
    return [updateStep(deployment, old, fresh, diff)];
  }

  async #diff(
    goal: Goal,
    old: ResourceState,
    fresh: ResourceState,
    provider: Provider | undefined,
  ): Promise<Diff> {
    if (goal.options.replaceWith?.some((urn) => this.replaced.has(urn))) {
      return changes(true, [], ["replaceWith"]);
    }
    if (await this.#providerChanged(old, fresh)) return changes(true, [], ["provider"]);
    if (!provider) return changes(!equalValues(old.inputs, fresh.inputs));
    const diff = await diffResource(provider, {
      urn: fresh.urn,
      id: old.id ?? "",
      oldInputs: old.inputs,
      oldOutputs: old.outputs,
      newInputs: fresh.inputs,
      ignoreChanges: goal.options.ignoreChanges ?? [],
    });
    const hasInitErrors = (old.initErrors?.length ?? 0) > 0;
    return applyReplaceOnChanges(diff, goal.options.replaceOnChanges ?? [], hasInitErrors);
  }

  /** Whether a different provider manages the resource now, one that doesn't know it. */
  async #providerChanged(old: ResourceState, fresh: ResourceState): Promise<boolean> {
    if (old.provider === fresh.provider) return false;
    if (!old.provider || !fresh.provider) return true;
    const oldUrn = parseProviderReference(old.provider).urn;
    const freshReference = parseProviderReference(fresh.provider);
    if (this.aliased.get(oldUrn) === freshReference.urn) return false;
    const oldResource = this.#olds.get(oldUrn);
    const freshResource = this.registered.get(freshReference.urn);
    const remote = this.#deployment.providers.remote(fresh.provider);
    if (!oldResource || !freshResource || !remote) return false;
    const diff = await remote.diffConfig({
      urn: freshReference.urn,
      id: freshReference.id,
      oldInputs: oldResource.inputs,
      oldOutputs: oldResource.outputs,
      newInputs: freshResource.inputs,
      ignoreChanges: [],
    });
    return isReplace(diff);
  }

  async #replace(
    goal: Goal,
    old: ResourceState,
    fresh: ResourceState,
    diff: Diff,
    provider: Provider | undefined,
  ): Promise<Step[]> {
    const deployment = this.#deployment;
    if (fresh.protect && old.protect) {
      throw new Error(
        `unable to replace resource "${fresh.urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
          "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
      );
    }
    if (goal.importId !== "") {
      const message =
        "previously-imported resources that still specify an ID may not be replaced; " +
        `please remove the \`import\` declaration from your program;\n${describeReplacement(diff, old, fresh)}`;
      if (!deployment.options.dryRun) throw new Error(message);
      deployment.warn(fresh.urn, message);
    }
    this.replaced.add(fresh.urn);
    if (provider) fresh.inputs = await this.#check(provider, fresh, { news: goal.inputs });

    if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace)) {
      const deletedBefore = old.pendingReplacement === true;
      return [createStep(deployment, fresh, { old, diff, deletedBefore }), replaceStep(old, fresh, diff)];
    }
    const steps: Step[] = [];
    for (const dependent of await dependentReplacements(deployment, this, old)) {
      if (this.deleted.has(dependent.urn)) continue;
      if (dependent.protect) {
        throw new Error(
          `unable to replace resource "${dependent.urn}" as part of replacing "${fresh.urn}" as it is currently marked for ` +
            "protection. To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program and " +
            `run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${dependent.urn}'\``,
        );
      }
      this.deleted.add(dependent.urn);
      if (!dependent.pendingReplacement) {
        steps.push(deleteStep(deployment, dependent, this.deleted, "before"));
      }
    }
    if (!old.pendingReplacement) {
      await this.ensureProvider(old);
      steps.push(deleteStep(deployment, old, this.deleted, "before"));
    }
    return [
      ...steps,
      replaceStep(old, fresh, diff),
      createStep(deployment, fresh, { old, diff, deletedBefore: true }),
    ];
  }

  /** Configures the provider an old resource was made with, if this run hasn't. */
  async ensureProvider(state: ResourceState): Promise<void> {
    if (!state.custom || !state.provider || this.#deployment.providers.has(state.provider)) return;
    if (this.#deployment.providers.shareDefault(state.provider)) return;
    const { urn, id } = parseProviderReference(state.provider);
    const provider = this.#deployment.journal
      .base()
      .find((candidate) => candidate.urn === urn && candidate.id === id);
    if (!provider)
      throw new Error(
        `could not load provider for resource ${state.urn}: unknown provider '${state.provider}'`,
      );
    await this.#deployment.providers.configure(urn, id, provider.inputs);
  }

  #ignoreChanges(urn: string, goal: Goal, old: ResourceState) {
    const { inputs, invalid } = applyIgnoreChanges(goal.inputs, old.inputs, goal.options.ignoreChanges ?? []);
    if (invalid.length > 0) {
      this.#deployment.report({
        severity: "info",
        urn,
        message: `cannot ignore changes in added or removed elements of the path: "${invalid.join(", ")}"`,
      });
    }
    return inputs;
  }

  async #check(
    provider: Provider,
    fresh: ResourceState,
    request: { olds?: ResourceState["inputs"]; news: ResourceState["inputs"] },
  ): Promise<ResourceState["inputs"]> {
    const { inputs, failures } = await provider.check({ urn: fresh.urn, ...request });
    const [first, ...more] = failures;
    if (!first) return inputs;
    for (const failure of more) {
      this.#deployment.report({ severity: "error", urn: fresh.urn, message: checkMessage(fresh, failure) });
    }
    throw new Error(checkMessage(fresh, first));
  }
}

function checkMessage(state: ResourceState, { property, reason }: CheckFailure): string {
  const subject = `${state.type} resource '${urnName(state.urn)}'`;
  if (property === "") return `${subject} has a problem: ${reason}`;
  const value = JSON.stringify(maskSecrets(state.inputs[property] ?? null));
  return `${subject}: property ${property} value ${value} has a problem: ${reason}`;
}

function describeReplacement(diff: Diff, old: ResourceState, fresh: ResourceState): string {
  const show = (state: ResourceState, key: string) => JSON.stringify(maskSecrets(state.inputs[key] ?? null));
  return diff.replaceKeys.map((key) => `${key}: ${show(old, key)} => ${show(fresh, key)}`).join("\n");
}

function newState(urn: string, goal: Goal): ResourceState {
  const state: ResourceState = {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs: goal.inputs,
    outputs: {},
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    ...goal.options,
  };
  if (goal.parent !== "") state.parent = goal.parent;
  if (goal.provider !== "") state.provider = goal.provider;
  return state;
}
