import type { Properties } from "./values.js";
import type { HookBinding, ResourceState, Snapshot } from "./state.js";

/** Pulumi's names of the moments at which hooks run (`resource.HookType`), by ours. */
const HOOK_TYPES = {
  beforeCreate: "BeforeCreate",
  afterCreate: "AfterCreate",
  beforeUpdate: "BeforeUpdate",
  afterUpdate: "AfterUpdate",
  beforeDelete: "BeforeDelete",
  afterDelete: "AfterDelete",
  onError: "OnError",
} as const satisfies Record<keyof HookBinding, string>;

/** `apitype.ResourceV3` of Pulumi, with what is read of it here. */
export interface ExportedResource {
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

/**
 * A resource as `pulumi stack export` and `pulumi preview --json` write it: `apitype.ResourceV3` of Pulumi, with its
 * order of fields, and without the fields that are empty.
 */
export function exportResource(state: ResourceState): ExportedResource {
  const { resourceHooks: hooks } = state;
  return withoutEmpty({
    urn: state.urn,
    custom: state.custom,
    delete: state.delete,
    id: state.id,
    type: state.type,
    inputs: state.inputs,
    outputs: state.outputs,
    parent: state.parent,
    protect: state.protect,
    external: state.external,
    dependencies: state.dependencies,
    initErrors: state.initErrors,
    provider: state.provider,
    propertyDependencies: state.propertyDependencies,
    pendingReplacement: state.pendingReplacement,
    additionalSecretOutputs: state.additionalSecretOutputs,
    aliases: state.aliases,
    customTimeouts: state.customTimeouts,
    importID: state.importID,
    retainOnDelete: state.retainOnDelete,
    deletedWith: state.deletedWith,
    replaceWith: state.replaceWith,
    created: state.created,
    modified: state.modified,
    ignoreChanges: state.ignoreChanges,
    hideDiff: state.hideDiff,
    replaceOnChanges: state.replaceOnChanges,
    replacementTrigger: state.replacementTrigger,
    resourceHooks: hooks && exportHooks(hooks),
  });
}

function exportHooks(hooks: HookBinding): object {
  return Object.fromEntries(
    Object.entries(hooks).map(([when, names]) => [HOOK_TYPES[when as keyof HookBinding], names]),
  );
}

/** Go's `omitempty`; `custom` is always written. */
function withoutEmpty<Fields extends object>(fields: Fields): Partial<Fields> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === false ||
    value === "" ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => key === "custom" || !isEmpty(value)),
  ) as Partial<Fields>;
}

/**
 * A stack's state as `pulumi stack export` writes it (`apitype.UntypedDeployment`). Its format has version 3, and
 * version 4 where it needs features that a reader must know, such as hooks.
 * @param manifest `time` in RFC 3339, and the version of the engine
 */
export function exportDeployment(
  { resources, pendingOperations }: Snapshot,
  manifest: { readonly time: string; readonly magic: string; readonly version: string },
  secretsProvider: object,
): object {
  const features = resources.some(({ resourceHooks }) => resourceHooks !== undefined) ? ["hooks"] : [];
  const pending = pendingOperations.map(({ resource, type }) => ({
    resource: exportResource(resource),
    type,
  }));
  return {
    version: features.length > 0 ? 4 : 3,
    ...(features.length > 0 && { features }),
    deployment: {
      manifest,
      secrets_providers: secretsProvider,
      ...(resources.length > 0 && { resources: resources.map(exportResource) }),
      ...(pending.length > 0 && { pending_operations: pending }),
      metadata: {},
    },
  };
}
