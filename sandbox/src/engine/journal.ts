import type { StateFile } from "./state-file.js";
import { parseProviderReference } from "./urn.js";
import type { OperationType, PendingOperation, ResourceState, Snapshot } from "./state.js";

/**
 * The state while it changes: first what this run registered, then what is left of the previous state.
 * Each change is on disk before the run continues. Without a state file (in a preview) nothing is
 * written.
 */
export class Journal {
  readonly #file: StateFile | undefined;
  readonly #base: ResourceState[];
  readonly #registered: ResourceState[] = [];
  readonly #gone = new Set<ResourceState>();
  readonly #interrupted: PendingOperation[];
  readonly #pending = new Set<PendingOperation>();
  readonly #renamed = new Map<string, string>();

  constructor(file: StateFile | undefined, base: Snapshot, keepPendingCreates: boolean) {
    this.#file = file;
    this.#base = [...base.resources];
    this.#interrupted = keepPendingCreates
      ? base.pendingOperations.filter(({ type }) => type === "creating")
      : [];
  }

  /** Records that an operation is about to be sent; the result takes the record back. */
  async begin(type: OperationType, resource: ResourceState): Promise<() => void> {
    const operation = { resource, type };
    this.#pending.add(operation);
    await this.save();
    return () => {
      this.#pending.delete(operation);
    };
  }

  add(state: ResourceState): void {
    if (!this.#registered.includes(state)) this.#registered.push(state);
  }

  /** A state that no longer counts: deleted, or replaced by a new one. */
  remove(state: ResourceState): void {
    this.#gone.add(state);
  }

  /** Replaces a state with its refreshed version. */
  replace(old: ResourceState, fresh: ResourceState): void {
    const at = this.#base.indexOf(old);
    if (at >= 0) this.#base[at] = fresh;
  }

  /** After a refresh: dependencies on resources that are gone are forgotten, and properties without any. */
  forgetGone(): void {
    const left = new Set(this.remaining().map(({ urn }) => urn));
    for (const [at, state] of this.#base.entries()) {
      if (this.#gone.has(state)) continue;
      const propertyDependencies = Object.entries(state.propertyDependencies)
        .map(([key, urns]) => [key, urns.filter((urn) => left.has(urn))] as const)
        .filter(([, urns]) => urns.length > 0);
      this.#base[at] = {
        ...state,
        dependencies: state.dependencies.filter((urn) => left.has(urn)),
        propertyDependencies: Object.fromEntries(propertyDependencies),
      };
    }
  }

  /** From now on, what is left of the old state calls the resource by its new URN. */
  rename(from: string, to: string): void {
    this.#renamed.set(from, to);
  }

  /** The part of the previous state that still counts. */
  remaining(): ResourceState[] {
    return this.#base.filter((state) => !this.#gone.has(state));
  }

  /** The whole state from before the run, refreshed where it was refreshed. */
  base(): readonly ResourceState[] {
    return this.#base;
  }

  save(): Promise<void> {
    return this.#file ? this.#file.save(() => this.snapshot()) : Promise.resolve();
  }

  snapshot(): Snapshot {
    const registered = this.#registered.filter((state) => !this.#gone.has(state));
    const remaining = this.remaining().map((state) => this.#withNewNames(state));
    return {
      resources: [...registered, ...remaining],
      pendingOperations: [...this.#interrupted, ...this.#pending],
    };
  }

  #withNewNames(state: ResourceState): ResourceState {
    if (this.#renamed.size === 0) return state;
    const name = (urn: string): string => this.#renamed.get(urn) ?? urn;
    const renamed = {
      ...state,
      dependencies: state.dependencies.map(name),
      propertyDependencies: Object.fromEntries(
        Object.entries(state.propertyDependencies).map(([key, urns]) => [key, urns.map(name)]),
      ),
    };
    if (state.parent) renamed.parent = name(state.parent);
    if (state.deletedWith) renamed.deletedWith = name(state.deletedWith);
    if (state.provider) {
      const { urn, id } = parseProviderReference(state.provider);
      renamed.provider = `${name(urn)}::${id}`;
    }
    return renamed;
  }
}
