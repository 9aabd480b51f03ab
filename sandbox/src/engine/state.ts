import type { Properties, Value } from "./values.js";
import { parseProviderReference } from "./urn.js";

/** The names of the hooks bound to a resource, by the moment they run at. */
export type HookBinding = Partial<
  Record<
    | "beforeCreate"
    | "afterCreate"
    | "beforeUpdate"
    | "afterUpdate"
    | "beforeDelete"
    | "afterDelete"
    | "onError",
    string[]
  >
>;

/** What the engine remembers of one resource, field for field as in Pulumi's deployment format, version 3. */
export interface ResourceState {
  urn: string;
  custom: boolean;
  type: string;
  id?: string;
  inputs: Properties;
  outputs: Properties;
  parent?: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** `<urn>::<id>` of the provider resource. */
  provider?: string;
  protect?: boolean;
  /** Read, not managed: never deleted. */
  external?: boolean;
  /** Replaced, still to be deleted. */
  delete?: boolean;
  /** Deleted, its replacement still to be created. */
  pendingReplacement?: boolean;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith?: string[];
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  hideDiff?: string[];
  additionalSecretOutputs?: string[];
  replacementTrigger?: Value;
  aliases?: string[];
  importID?: string;
  initErrors?: string[];
  /** Seconds. */
  customTimeouts?: { create?: number; update?: number; delete?: number; read?: number };
  resourceHooks?: HookBinding;
  /** RFC 3339 times. */
  created?: string;
  modified?: string;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** An operation that was sent to a provider and not yet answered when the state was written. */
export interface PendingOperation {
  resource: ResourceState;
  type: OperationType;
}

export interface Snapshot {
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
}

/** The URNs a resource needs to exist: parent, provider, dependencies, and what it is deleted with. */
export function dependenciesOf(state: ResourceState): Set<string> {
  const urns = new Set(state.dependencies);
  for (const list of Object.values(state.propertyDependencies)) for (const urn of list) urns.add(urn);
  if (state.parent) urns.add(state.parent);
  if (state.deletedWith) urns.add(state.deletedWith);
  for (const urn of state.replaceWith ?? []) urns.add(urn);
  if (state.provider) urns.add(parseProviderReference(state.provider).urn);
  return urns;
}
