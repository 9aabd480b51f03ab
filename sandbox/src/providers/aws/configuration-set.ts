import type { CreateConfigurationSetRequest, GetConfigurationSetResponse } from "@aws-sdk/client-sesv2";
import { diff } from "../diff.js";
import type { Live, PropertySpec, PropertySpecs, ResourceType } from "../resource.js";
import { isObject, present, text, UNKNOWN, type Properties } from "../values.js";
import { fromApi, toApi } from "./api-names.js";
import { doing, type AwsConnection } from "./connection.js";
import { locate, readBack, REGION, unlessNotFound, withRegion } from "./shared.js";
import { readTags, requestTags, updateTags, withDefaultTags } from "./tags.js";

const NAME = "Configuration Set";
const flag: PropertySpec = { type: "boolean", computed: true };
const enabled: PropertySpec = { type: "string", values: ["ENABLED", "DISABLED"] };

/** The groups of options, each written by an operation of its own. */
const options = {
  deliveryOptions: {
    type: "object",
    // The service reports its default where nothing was asked for.
    computed: true,
    properties: {
      maxDeliverySeconds: { type: "number" },
      sendingPoolName: { type: "string" },
      tlsPolicy: { type: "string", computed: true, values: ["REQUIRE", "OPTIONAL"] },
    },
  },
  reputationOptions: { type: "object", computed: true, properties: { reputationMetricsEnabled: flag } },
  sendingOptions: { type: "object", computed: true, properties: { sendingEnabled: flag } },
  suppressionOptions: { type: "object", properties: { suppressedReasons: { type: "list" } } },
  trackingOptions: {
    type: "object",
    properties: {
      customRedirectDomain: { type: "string", required: true },
      httpsPolicy: { type: "string", values: ["REQUIRE", "REQUIRE_OPEN_ONLY", "OPTIONAL"] },
    },
  },
  vdmOptions: {
    type: "object",
    properties: {
      dashboardOptions: { type: "object", properties: { engagementMetrics: enabled } },
      guardianOptions: { type: "object", properties: { optimizedSharedDelivery: enabled } },
    },
  },
} as const satisfies PropertySpecs;
type OptionName = keyof typeof options;
const optionNames = Object.keys(options) as OptionName[];

const inputs: PropertySpecs = {
  configurationSetName: { type: "string", required: true, replaces: true },
  ...options,
  region: REGION,
  tags: { type: "map" },
};

/** `aws:sesv2/configurationSet:ConfigurationSet`, upstream `aws_sesv2_configuration_set`. */
export const configurationSet: ResourceType<AwsConnection> = {
  inputs,
  outputs: { arn: { type: "string" }, tagsAll: { type: "map" } },
  defaults: (given, connection) => withDefaultTags(withRegion(given, connection), connection),
  check(given) {
    const name = text(given, "configurationSetName");
    if (name === undefined || name.length <= 64) return [];
    return [
      {
        property: "configurationSetName",
        reason: `expected length of configuration_set_name to be in the range (1 - 64), got ${name}`,
      },
    ];
  },
  plan: (wanted, state) => ({
    arn: UNKNOWN,
    reputationOptions: UNKNOWN,
    sendingOptions: UNKNOWN,
    ...(state &&
      present({ ...state, ...Object.fromEntries(optionNames.map((name) => [name, kept(name, state)])) })),
    ...wanted,
    tagsAll: wanted["tags"] ?? {},
  }),
  async create(wanted, connection) {
    const id = text(wanted, "configurationSetName")!;
    const region = connection.regionOf(wanted);
    const given = optionNames.filter((name) => wanted[name] !== undefined);
    await doing("creating", NAME, id, () =>
      connection.call(region, "createConfigurationSet", {
        ConfigurationSetName: id,
        Tags: requestTags(wanted),
        ...(toApi(
          Object.fromEntries(given.map((name) => [name, wanted[name]!])),
        ) as Partial<CreateConfigurationSetRequest>),
      }),
    );
    const written = { ...wanted, region };
    return readBack(NAME, id, written, () => readSet(id, written, connection));
  },
  read: readSet,
  async update(id, state, wanted, connection) {
    const region = connection.regionOf(state);
    const changed = new Set(diff(state, wanted, inputs).map((change) => change.path.split(".")[0]));
    await doing("updating", NAME, id, async () => {
      await updateTags(arnOf(id, region, connection), region, state, wanted, connection);
      for (const name of optionNames) {
        if (changed.has(name)) await putOptions(name, id, region, wanted, connection);
      }
    });
    const written = { ...state, ...wanted };
    return (await readBack(NAME, id, written, () => readSet(id, written, connection))).state;
  },
  async delete(id, state, connection) {
    const region = connection.regionOf(state);
    await doing("deleting", NAME, id, () =>
      unlessNotFound(connection.call(region, "deleteConfigurationSet", { ConfigurationSetName: id })),
    );
  },
};

function kept(name: OptionName, state: Properties): Properties[string] | undefined {
  return (options[name] as PropertySpec).computed === true ? state[name] : undefined;
}

const PUT = {
  deliveryOptions: "putConfigurationSetDeliveryOptions",
  reputationOptions: "putConfigurationSetReputationOptions",
  sendingOptions: "putConfigurationSetSendingOptions",
  suppressionOptions: "putConfigurationSetSuppressionOptions",
  trackingOptions: "putConfigurationSetTrackingOptions",
  vdmOptions: "putConfigurationSetVdmOptions",
} as const satisfies Record<OptionName, string>;

async function putOptions(
  name: OptionName,
  id: string,
  region: string,
  wanted: Properties,
  connection: AwsConnection,
): Promise<void> {
  const given = wanted[name];
  const structure = isObject(given) ? toApi(given) : {};
  await connection.call(region, PUT[name], {
    ConfigurationSetName: id,
    // This operation alone has its options in a member of their own.
    ...(name === "vdmOptions" ? { VdmOptions: structure } : structure),
  });
}

function arnOf(id: string, region: string, connection: AwsConnection): string {
  return connection.arn(region, `configuration-set/${id}`);
}

async function readSet(
  importId: string,
  state: Properties,
  connection: AwsConnection,
): Promise<Live | undefined> {
  const { id, region } = locate(importId, state, connection);
  return doing("reading", NAME, id, async () => {
    const request = connection.call(region, "getConfigurationSet", { ConfigurationSetName: id });
    const set = await unlessNotFound<GetConfigurationSetResponse>(request);
    if (!set) return undefined;
    const arn = arnOf(id, region, connection);
    const all = fromApi(set);
    const held = optionNames.filter((name) => all[name] !== undefined && !isEmptyObject(all[name]));
    return {
      id,
      state: {
        ...Object.fromEntries(held.map((name) => [name, all[name]!])),
        arn,
        configurationSetName: id,
        region,
        ...(await readTags(arn, region, connection)),
      },
    };
  });
}

function isEmptyObject(value: Properties[string]): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
