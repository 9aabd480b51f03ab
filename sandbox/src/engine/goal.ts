import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import { fromStruct, mapEntries } from "./grpc.js";
import type { HookBinding, ResourceState } from "./state.js";
import { lowerOutputs } from "./values.js";
import type { Properties, Value } from "./values.js";

export interface AliasGoal {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parent?: string;
  noParent?: boolean;
}

/** What the program wants a resource to be. */
export interface Goal {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  inputs: Properties;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  provider: string;
  version: string;
  importId: string;
  /** What is imported is wanted as it is: there are no inputs to compare it with. */
  asFound?: boolean;
  /** Undefined if the program leaves the choice to the provider. */
  deleteBeforeReplace: boolean | undefined;
  aliases: AliasGoal[];
  /** The options that go into the state as they are. */
  options: Pick<
    ResourceState,
    | "protect"
    | "retainOnDelete"
    | "deletedWith"
    | "replaceWith"
    | "ignoreChanges"
    | "replaceOnChanges"
    | "hideDiff"
    | "additionalSecretOutputs"
    | "replacementTrigger"
    | "customTimeouts"
    | "resourceHooks"
  >;
}

/** A resource that depends on nothing, and for which the program chose no option. */
export function plainGoal(of: Pick<Goal, "type" | "name" | "parent" | "custom" | "inputs">): Goal {
  return {
    ...of,
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    version: "",
    importId: "",
    deleteBeforeReplace: undefined,
    aliases: [],
    options: {},
  };
}

export function goalFromRequest(request: RegisterResourceRequest): Goal {
  const dbr = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: lowerOutputs(fromStruct(request.getObject())),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      mapEntries(request.getPropertydependenciesMap()).map(([key, list]) => [key, list.getUrnsList()]),
    ),
    provider: request.getProvider(),
    version: request.getVersion(),
    importId: request.getImportid(),
    deleteBeforeReplace: dbr ? request.getDeletebeforereplace() : undefined,
    aliases: [
      ...request.getAliasurnsList().map((urn) => ({ urn })),
      ...request.getAliasesList().map(aliasGoal),
    ],
    options: optionsFromRequest(request),
  };
}

function optionsFromRequest(request: RegisterResourceRequest): Goal["options"] {
  const options: Goal["options"] = {};
  if (request.getProtect()) options.protect = true;
  if (request.getRetainondelete()) options.retainOnDelete = true;
  if (request.getDeletedwith()) options.deletedWith = request.getDeletedwith();
  const lists = {
    replaceWith: request.getReplaceWithList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    hideDiff: request.getHidediffsList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
  for (const [key, list] of Object.entries(lists) as [keyof typeof lists, string[]][]) {
    if (list.length > 0) options[key] = list;
  }
  const trigger = request.getReplacementTrigger()?.toJavaScript() as Value | undefined;
  if (trigger !== undefined && trigger !== null) {
    options.replacementTrigger = lowerOutputs({ trigger })["trigger"] ?? null;
  }
  const timeouts = customTimeouts(request);
  if (timeouts) options.customTimeouts = timeouts;
  const hooks = hookBinding(request);
  if (hooks) options.resourceHooks = hooks;
  return options;
}

function hookBinding(request: RegisterResourceRequest): HookBinding | undefined {
  const hooks = request.getHooks();
  if (!hooks) return undefined;
  const lists: Required<HookBinding> = {
    beforeCreate: hooks.getBeforeCreateList(),
    afterCreate: hooks.getAfterCreateList(),
    beforeUpdate: hooks.getBeforeUpdateList(),
    afterUpdate: hooks.getAfterUpdateList(),
    beforeDelete: hooks.getBeforeDeleteList(),
    afterDelete: hooks.getAfterDeleteList(),
    onError: hooks.getOnErrorList(),
  };
  const bound = Object.entries(lists).filter(([, names]) => names.length > 0);
  return bound.length > 0 ? Object.fromEntries(bound) : undefined;
}

function customTimeouts(request: RegisterResourceRequest): ResourceState["customTimeouts"] {
  const message = request.getCustomtimeouts();
  if (!message) return undefined;
  const texts = {
    create: message.getCreate(),
    update: message.getUpdate(),
    delete: message.getDelete(),
    read: message.getRead(),
  };
  const set = Object.entries(texts).filter(([, text]) => text !== "");
  return set.length > 0 ? Object.fromEntries(set.map(([key, text]) => [key, seconds(text)])) : undefined;
}

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** The seconds of a duration as Go writes it, such as `1h30m` or `500ms`. @throws Error if it isn't one. */
export function seconds(duration: string): number {
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(duration)) {
    throw new Error(`unable to parse customTimeout Value ${duration}`);
  }
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  }
  return total;
}

function aliasGoal(alias: Alias): AliasGoal {
  const spec = alias.getSpec();
  if (!spec) return { urn: alias.getUrn() };
  const goal: AliasGoal = {};
  if (spec.getName()) goal.name = spec.getName();
  if (spec.getType()) goal.type = spec.getType();
  if (spec.getStack()) goal.stack = spec.getStack();
  if (spec.getProject()) goal.project = spec.getProject();
  if (spec.getParenturn()) goal.parent = spec.getParenturn();
  if (spec.getNoparent()) goal.noParent = true;
  return goal;
}
