import { z } from "zod";
import { keyOf, type Context, type Input } from "./context.js";
import { alreadyExists, notFound } from "./errors.js";
import { listQuery } from "./identities.js";
import type { StoredConfigurationSet } from "./model.js";
import { paginate } from "./paging.js";
import { checkConfigurationSetName, checkTags, enumOf, parse, tagSchema } from "./validation.js";

const optionSchemas = {
  DeliveryOptions: z.object({
    TlsPolicy: enumOf(["REQUIRE", "OPTIONAL"]).nullish(),
    SendingPoolName: z.string().nullish(),
    MaxDeliverySeconds: z.int().min(300).max(50_400).nullish(),
  }),
  ReputationOptions: z.object({
    ReputationMetricsEnabled: z.boolean().nullish(),
    LastFreshStart: z.number().nullish(),
  }),
  SendingOptions: z.object({ SendingEnabled: z.boolean().nullish() }),
  SuppressionOptions: z.object({ SuppressedReasons: z.array(enumOf(["BOUNCE", "COMPLAINT"])).nullish() }),
  TrackingOptions: z.object({
    CustomRedirectDomain: z.string().nullish(),
    HttpsPolicy: z.string().nullish(),
  }),
  VdmOptions: z.object({
    DashboardOptions: z.looseObject({}).nullish(),
    GuardianOptions: z.looseObject({}).nullish(),
  }),
  ArchivingOptions: z.object({ ArchiveArn: z.string().nullish() }),
} as const;
type OptionName = keyof typeof optionSchemas;
const optionNames = Object.keys(optionSchemas) as OptionName[];

/** Reported by GetConfigurationSet even where nothing was asked for. */
const defaults = {
  DeliveryOptions: { TlsPolicy: "OPTIONAL" },
  ReputationOptions: { ReputationMetricsEnabled: false },
  SendingOptions: { SendingEnabled: true },
};

const createSchema = z.object({
  ConfigurationSetName: z.string(),
  Tags: z.array(tagSchema).nullish(),
  ...Object.fromEntries(optionNames.map((name) => [name, optionSchemas[name].nullish()])),
});

export function createConfigurationSet(context: Context, input: Input) {
  const { ConfigurationSetName, Tags, ...given } = parse(createSchema, input.body);
  const name = checkConfigurationSetName(ConfigurationSetName);
  const tags = checkTags(Tags ?? []);
  const key = keyOf(context.region, name);
  if (context.store.configurationSets.has(key)) {
    throw alreadyExists(`Configuration set <${name}> already exists.`);
  }
  const options = Object.entries(given).filter(([, value]) => value);
  context.store.configurationSets.set(key, {
    region: context.region,
    name,
    tags,
    options: { ...defaults, ...Object.fromEntries(options) },
    eventDestinations: [],
  });
  return {};
}

export function getConfigurationSet(context: Context, input: Input) {
  const set = requireSet(context, input);
  return { ConfigurationSetName: set.name, ...set.options, Tags: set.tags };
}

export function deleteConfigurationSet(context: Context, input: Input) {
  const { region, name } = requireSet(context, input);
  context.store.configurationSets.delete(keyOf(region, name));
  return {};
}

const listSchema = z.object({
  Filter: z.record(enumOf(["CONFIGURATION_SET_NAME_CONTAINS"]), z.string()).nullish(),
  NextToken: z.string().nullish(),
  PageSize: z.number().nullish(),
});

export function listConfigurationSets(context: Context, input: Input) {
  const request = input.query.size > 0 ? listQuery(input.query) : parse(listSchema, input.body);
  const part = request.Filter?.["CONFIGURATION_SET_NAME_CONTAINS"] ?? "";
  const names = [...context.store.configurationSets.values()]
    .filter((set) => set.region === context.region && set.name.includes(part))
    .map(({ name }) => name);
  const page = paginate(names, (name) => name, request.PageSize ?? undefined, request.NextToken ?? undefined);
  return { ConfigurationSets: page.items, ...(page.nextToken && { NextToken: page.nextToken }) };
}

/** The PutConfigurationSet…Options operation for one group of options, which it replaces whole. */
export function putOptions(name: OptionName) {
  return (context: Context, input: Input) => {
    const given = parse<object>(optionSchemas[name], unwrap(name, input.body));
    const set = requireSet(context, input);
    save(context, { ...set, options: { ...set.options, [name]: given } });
    return {};
  };
}

/** PutConfigurationSetVdmOptions alone wraps its options in a member of their own. */
function unwrap(name: OptionName, body: unknown): unknown {
  return name === "VdmOptions" ? (body as { VdmOptions?: unknown } | undefined)?.VdmOptions : body;
}

/** @throws {SesError} NotFoundException */
export function requireSet(context: Context, input: Input): StoredConfigurationSet {
  const name = checkConfigurationSetName(input.path[0]!);
  const set = context.store.configurationSets.get(keyOf(context.region, name));
  if (set === undefined) throw notFound(`Configuration set <${name}> does not exist.`);
  return set;
}

export function save(context: Context, set: StoredConfigurationSet): void {
  context.store.configurationSets.set(keyOf(set.region, set.name), set);
}
