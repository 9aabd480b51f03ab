import type {
  CustomResourceOptions,
  ProviderResource,
  ResourceHookBinding,
} from "@pulumi/pulumi/resource.js";
import type { EventDestinationDefinition } from "@aws-sdk/client-sesv2";
import { ConfigurationSet } from "@pulumi/aws/sesv2/configurationSet.js";
import type { ConfigurationSetArgs } from "@pulumi/aws/sesv2/configurationSet.js";
import { ConfigurationSetEventDestination } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import type { ConfigurationSetEventDestinationArgs } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import type {
  ConfigurationSetOptions,
  EventDestination,
  RegionalIdentity,
  SendingDomain,
} from "../domain/sending-domain.js";
import { describedSets, setKey } from "../domain/described-sets.js";
import { importOption } from "./import-option.js";
import { wasMovedHere, withStackTag } from "./ownership.js";
import type { KnownResource } from "./stack-state.js";
import { resourceNames } from "../kinds/resource-names.js";

/** The sets that the stack creates, by {@link setKey}. */
export type ConfigurationSets = ReadonlyMap<string, ConfigurationSet>;

/**
 * Registers each set that the domain files describe, once per Region, with its event destinations. A set exists while
 * at least one domain describes it, and is protected while at least one of those domains is.
 * @param fleet the domains whose sets this stack creates
 * @param adopted ids of those that exist already, by name of the resource
 * @param known the stack's resources, by name
 */
export function registerConfigurationSets(
  fleet: readonly SendingDomain[],
  provider: ProviderResource | undefined,
  hooks: ResourceHookBinding,
  adopted: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, KnownResource>,
): ConfigurationSets {
  const sets = new Map<string, ConfigurationSet>();
  for (const [key, { region, name, options }] of describedSets(fleet)) {
    const resourceOptions = (resource: string): CustomResourceOptions => ({
      hooks,
      protect: fleet.some((domain) => domain.protect && domain.identities.some(describes(key))),
      ...importOption(adopted.get(resource)),
      ...(provider !== undefined && { provider }),
    });
    const resource = resourceNames.configurationSet(region, name);
    const set = new ConfigurationSet(
      resource,
      { configurationSetName: name, region, tags: withStackTag({}), ...setArgs(options) },
      // Sets created before the tag existed have no tags.
      { ...resourceOptions(resource), ignoreChanges: wasMovedHere(known.get(resource)) ? [] : ["tags"] },
    );
    for (const destination of options.eventDestinations) {
      const resource = resourceNames.eventDestination(region, name, destination.name);
      new ConfigurationSetEventDestination(
        resource,
        {
          configurationSetName: set.configurationSetName,
          region,
          eventDestinationName: destination.name,
          eventDestination: destinationArgs(destination),
        },
        resourceOptions(resource),
      );
    }
    sets.set(key, set);
  }
  return sets;
}

function describes(key: string): (identity: RegionalIdentity) => boolean {
  return (identity) => identity.configurationSetOptions !== undefined && setKey(identity) === key;
}

function setArgs(options: ConfigurationSetOptions): Partial<ConfigurationSetArgs> {
  const { tlsPolicy, sendingEnabled, reputationMetrics, suppressedReasons } = options;
  return {
    deliveryOptions: { tlsPolicy: apiName(tlsPolicy) },
    sendingOptions: { sendingEnabled },
    reputationOptions: { reputationMetricsEnabled: reputationMetrics },
    ...(suppressedReasons !== undefined && {
      suppressionOptions: { suppressedReasons: suppressedReasons.map(apiName) },
    }),
  };
}

function destinationArgs(
  destination: EventDestination,
): ConfigurationSetEventDestinationArgs["eventDestination"] {
  return definition(destination);
}

/** The destination as SES describes it (API type `EventDestinationDefinition`). */
export function destinationDefinition(destination: EventDestination): EventDestinationDefinition {
  return withApiKeys(definition(destination)) as EventDestinationDefinition;
}

/** The keys of the API are those of the provider, with a capital letter. */
function withApiKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withApiKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key[0]!.toUpperCase() + key.slice(1), withApiKeys(inner)]),
  );
}

function definition({ events, enabled, snsTopic, eventBus, firehose, cloudWatch }: EventDestination) {
  return {
    enabled,
    matchingEventTypes: events.map(apiName),
    ...(snsTopic !== undefined && { snsDestination: { topicArn: snsTopic } }),
    ...(eventBus !== undefined && { eventBridgeDestination: { eventBusArn: eventBus } }),
    ...(firehose !== undefined && {
      kinesisFirehoseDestination: {
        deliveryStreamArn: firehose.deliveryStream,
        iamRoleArn: firehose.role,
      },
    }),
    ...(cloudWatch !== undefined && {
      cloudWatchDestination: {
        dimensionConfigurations: cloudWatch.map((dimension) => ({
          dimensionName: dimension.name,
          dimensionValueSource: apiName(dimension.source),
          defaultDimensionValue: dimension.default,
        })),
      },
    }),
  };
}

/** `renderingFailure` → `RENDERING_FAILURE`, as the API's enumerations are written. */
function apiName(word: string): string {
  return word.replace(/[A-Z]/g, "_$&").toUpperCase();
}
