import type {
  CustomResourceOptions,
  ProviderResource,
  ResourceHookBinding,
} from "@pulumi/pulumi/resource.js";
import { ConfigurationSet } from "@pulumi/aws/sesv2/configurationSet.js";
import type { ConfigurationSetArgs } from "@pulumi/aws/sesv2/configurationSet.js";
import { ConfigurationSetEventDestination } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import type { ConfigurationSetEventDestinationArgs } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import type {
  ConfigurationSetOptions,
  EventDestination,
  RegionalIdentity,
  SendingDomain,
} from "../domain/model.js";
import { resourceNames } from "./names.js";

/** The sets that the stack creates, by {@link setKey}. */
export type ConfigurationSets = ReadonlyMap<string, ConfigurationSet>;

export function setKey({
  region,
  configurationSet,
}: Pick<RegionalIdentity, "region" | "configurationSet">): string {
  return `${region}/${configurationSet}`;
}

/**
 * Registers each set that the domain files describe once for each Region, whichever domains use it, with its event
 * destinations. A set lives as long as one domain describes it, and is protected as long as one of those is.
 */
export function registerConfigurationSets(
  fleet: readonly SendingDomain[],
  provider: ProviderResource | undefined,
  hooks: ResourceHookBinding,
): ConfigurationSets {
  const sets = new Map<string, ConfigurationSet>();
  for (const { identity, options } of describedSets(fleet)) {
    const { region, configurationSet: name } = identity;
    const resourceOptions: CustomResourceOptions = {
      hooks,
      protect: fleet.some((domain) => domain.protect && domain.identities.some(describes(identity))),
      ...(provider !== undefined && { provider }),
    };
    const set = new ConfigurationSet(
      resourceNames.configurationSet(region, name!),
      { configurationSetName: name!, region, ...setArgs(options) },
      resourceOptions,
    );
    for (const destination of options.eventDestinations) {
      new ConfigurationSetEventDestination(
        resourceNames.eventDestination(region, name!, destination.name),
        {
          configurationSetName: set.configurationSetName,
          region,
          eventDestinationName: destination.name,
          eventDestination: destinationArgs(destination),
        },
        resourceOptions,
      );
    }
    sets.set(setKey(identity), set);
  }
  return sets;
}

/** The first description of each set; the checks have seen to it that the others are equal. */
function describedSets(
  fleet: readonly SendingDomain[],
): { identity: RegionalIdentity; options: ConfigurationSetOptions }[] {
  const identities = new Map<string, RegionalIdentity>();
  for (const identity of fleet.flatMap(({ identities }) => identities)) {
    const key = setKey(identity);
    if (identity.configurationSetOptions !== undefined && !identities.has(key)) identities.set(key, identity);
  }
  return [...identities.values()].map((identity) => ({
    identity,
    options: identity.configurationSetOptions!,
  }));
}

function describes(wanted: RegionalIdentity): (identity: RegionalIdentity) => boolean {
  return (identity) => identity.configurationSetOptions !== undefined && setKey(identity) === setKey(wanted);
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
  const { events, enabled, snsTopic, eventBus, firehose, cloudWatch } = destination;
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
