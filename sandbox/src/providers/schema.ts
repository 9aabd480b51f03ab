import type { PropertySpec, PropertySpecs, ProviderDefinition } from "./resource.js";

/** The part of the provider's Pulumi package schema that is served here: these resources and functions, nothing else. */
export function providerSchema<C>(provider: ProviderDefinition<C>): object {
  return {
    name: provider.name,
    version: provider.version,
    resources: Object.fromEntries(
      Object.entries(provider.resources).map(([token, { inputs, outputs }]) => [
        token,
        {
          inputProperties: schemaProperties(inputs),
          requiredInputs: Object.keys(inputs).filter((key) => inputs[key]!.required),
          properties: schemaProperties({ ...inputs, ...outputs }),
        },
      ]),
    ),
    functions: Object.fromEntries(
      Object.keys(provider.functions).map((token) => [
        token,
        {
          inputs: { type: "object", properties: {} },
          outputs: { type: "object", properties: {} },
        },
      ]),
    ),
  };
}

function schemaProperties(specs: PropertySpecs): Record<string, object> {
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, schemaProperty(spec)]));
}

function schemaProperty(spec: PropertySpec): object {
  return {
    ...schemaType(spec),
    ...(spec.replaces === true && { willReplaceOnChanges: true }),
    ...(spec.sensitive === true && { secret: true }),
  };
}

function schemaType(spec: PropertySpec): object {
  switch (spec.type) {
    case "list":
    case "set":
      return { type: "array", items: spec.properties ? { $ref: "pulumi.json#/Any" } : { type: "string" } };
    case "map":
      return { type: "object", additionalProperties: { type: "string" } };
    case "object":
      return { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };
    default:
      return { type: spec.type };
  }
}
