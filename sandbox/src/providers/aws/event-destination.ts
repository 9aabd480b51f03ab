import type { EventDestinationDefinition } from "@aws-sdk/client-sesv2";
import type { Live, PropertySpec, PropertySpecs, ResourceType } from "../resource.js";
import { isObject, present, text, type Properties } from "../values.js";
import { fromApi, toApi } from "./api-names.js";
import { doing, type AwsConnection } from "./connection.js";
import { locate, readBack, REGION, unlessNotFound, withRegion } from "./shared.js";

const NAME = "Configuration Set Event Destination";
const required: PropertySpec = { type: "string", required: true };

const targets = {
  cloudWatchDestination: {
    type: "object",
    properties: {
      dimensionConfigurations: {
        type: "list",
        required: true,
        properties: {
          defaultDimensionValue: required,
          dimensionName: required,
          dimensionValueSource: { ...required, values: ["MESSAGE_TAG", "EMAIL_HEADER", "LINK_TAG"] },
        },
      },
    },
  },
  eventBridgeDestination: { type: "object", properties: { eventBusArn: required } },
  kinesisFirehoseDestination: {
    type: "object",
    properties: { deliveryStreamArn: required, iamRoleArn: required },
  },
  pinpointDestination: { type: "object", properties: { applicationArn: required } },
  snsDestination: { type: "object", properties: { topicArn: required } },
} as const satisfies PropertySpecs;

/** `aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination`; its id is `<set>|<destination>`. */
export const eventDestination: ResourceType<AwsConnection> = {
  inputs: {
    configurationSetName: { type: "string", required: true, replaces: true },
    eventDestination: {
      type: "object",
      required: true,
      properties: {
        enabled: { type: "boolean" },
        matchingEventTypes: { type: "set", required: true },
        ...targets,
      },
    },
    eventDestinationName: { type: "string", required: true, replaces: true },
    region: REGION,
  },
  outputs: {},
  defaults: withRegion,
  check(given) {
    const destination = given["eventDestination"];
    const named = Object.keys(targets).filter(
      (name) => isObject(destination) && destination[name] !== undefined,
    );
    if (!isObject(destination) || named.length === 1) return [];
    return [
      {
        property: "eventDestination",
        reason: `Invalid combination of arguments: one of ${Object.keys(targets).join(", ")} must be specified, got ${named.length}`,
      },
    ];
  },
  plan: (wanted, state) => ({ ...wanted, ...present({ region: wanted["region"] ?? state?.["region"] }) }),
  async create(wanted, connection) {
    const set = text(wanted, "configurationSetName")!;
    const name = text(wanted, "eventDestinationName")!;
    const id = `${set}|${name}`;
    const region = connection.regionOf(wanted);
    await doing("creating", NAME, id, () =>
      connection.call(region, "createConfigurationSetEventDestination", {
        ConfigurationSetName: set,
        EventDestinationName: name,
        EventDestination: definition(wanted),
      }),
    );
    const written = { ...wanted, region };
    return readBack(NAME, id, written, () => readDestination(id, written, connection));
  },
  read: readDestination,
  async update(id, state, wanted, connection) {
    const region = connection.regionOf(state);
    await doing("updating", NAME, id, () =>
      connection.call(region, "updateConfigurationSetEventDestination", {
        ...namesOf(id),
        EventDestination: definition(wanted),
      }),
    );
    const written = { ...wanted, region };
    return (await readBack(NAME, id, written, () => readDestination(id, written, connection))).state;
  },
  async delete(id, state, connection) {
    const region = connection.regionOf(state);
    await doing("deleting", NAME, id, () =>
      unlessNotFound(connection.call(region, "deleteConfigurationSetEventDestination", namesOf(id))),
    );
  },
};

function definition(wanted: Properties): EventDestinationDefinition {
  return toApi(wanted["eventDestination"] as Properties);
}

/** @throws when the id is not of the form `<set>|<destination>` */
function namesOf(id: string): { ConfigurationSetName: string; EventDestinationName: string } {
  const [set, name, ...rest] = id.split("|");
  if (!set || !name || rest.length > 0) {
    throw new Error(
      `unexpected format for ID (${id}), expected configuration-set-name|event-destination-name`,
    );
  }
  return { ConfigurationSetName: set, EventDestinationName: name };
}

async function readDestination(
  importId: string,
  state: Properties,
  connection: AwsConnection,
): Promise<Live | undefined> {
  const { id, region } = locate(importId, state, connection);
  return doing("reading", NAME, id, async () => {
    const { ConfigurationSetName, EventDestinationName } = namesOf(id);
    const request = { ConfigurationSetName };
    const answer = await unlessNotFound(
      connection.call(region, "getConfigurationSetEventDestinations", request),
    );
    const found = answer?.EventDestinations?.find(({ Name }) => Name === EventDestinationName);
    if (!found) return undefined;
    const { Name: _, ...rest } = found;
    return {
      id,
      state: {
        configurationSetName: ConfigurationSetName,
        eventDestination: { enabled: false, ...fromApi(rest) },
        eventDestinationName: EventDestinationName,
        region,
      },
    };
  });
}
