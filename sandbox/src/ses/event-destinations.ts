import { z } from "zod";
import { requireSet, save } from "./configuration-sets.js";
import type { Context, Input } from "./context.js";
import { alreadyExists, badRequest, limitExceeded, notFound } from "./errors.js";
import type { EventDestination } from "./model.js";
import { enumOf, parse } from "./validation.js";

/** Event destinations a configuration set may have. */
const maxEventDestinations = 10;

const eventTypes = enumOf([
  "SEND",
  "REJECT",
  "BOUNCE",
  "COMPLAINT",
  "DELIVERY",
  "OPEN",
  "CLICK",
  "RENDERING_FAILURE",
  "DELIVERY_DELAY",
  "SUBSCRIPTION",
]);

const targets = {
  SnsDestination: z.object({ TopicArn: z.string() }),
  KinesisFirehoseDestination: z.object({ IamRoleArn: z.string(), DeliveryStreamArn: z.string() }),
  CloudWatchDestination: z.object({
    DimensionConfigurations: z
      .array(
        z.object({
          DimensionName: z.string(),
          DimensionValueSource: enumOf(["MESSAGE_TAG", "EMAIL_HEADER", "LINK_TAG"]),
          DefaultDimensionValue: z.string(),
        }),
      )
      .min(1),
  }),
  EventBridgeDestination: z.object({ EventBusArn: z.string() }),
  PinpointDestination: z.object({ ApplicationArn: z.string().nullish() }),
} as const;

const definitionSchema = z.object({
  Enabled: z.boolean().nullish(),
  MatchingEventTypes: z.array(eventTypes).nullish(),
  SnsDestination: targets.SnsDestination.nullish(),
  KinesisFirehoseDestination: targets.KinesisFirehoseDestination.nullish(),
  CloudWatchDestination: targets.CloudWatchDestination.nullish(),
  EventBridgeDestination: targets.EventBridgeDestination.nullish(),
  PinpointDestination: targets.PinpointDestination.nullish(),
});
type Definition = z.infer<typeof definitionSchema>;

const createSchema = z.object({ EventDestinationName: z.string(), EventDestination: definitionSchema });
const updateSchema = z.object({ EventDestination: definitionSchema });

export function createEventDestination(context: Context, input: Input) {
  const request = parse(createSchema, input.body);
  const destination = checked(request.EventDestinationName, request.EventDestination);
  const set = requireSet(context, input);
  if (set.eventDestinations.some(({ Name }) => Name === destination.Name)) {
    throw alreadyExists(`An event destination with the name ${destination.Name} already exists.`);
  }
  if (set.eventDestinations.length >= maxEventDestinations) {
    throw limitExceeded(`A configuration set can have at most ${maxEventDestinations} event destinations.`);
  }
  save(context, { ...set, eventDestinations: [...set.eventDestinations, destination] });
  return {};
}

export function getEventDestinations(context: Context, input: Input) {
  return { EventDestinations: requireSet(context, input).eventDestinations };
}

export function updateEventDestination(context: Context, input: Input) {
  const request = parse(updateSchema, input.body);
  const name = input.path[1]!;
  const destination = checked(name, request.EventDestination);
  const set = requireSet(context, input);
  requireDestination(set.eventDestinations, name);
  const eventDestinations = set.eventDestinations.map((old) => (old.Name === name ? destination : old));
  save(context, { ...set, eventDestinations });
  return {};
}

export function deleteEventDestination(context: Context, input: Input) {
  const set = requireSet(context, input);
  const name = input.path[1]!;
  requireDestination(set.eventDestinations, name);
  save(context, { ...set, eventDestinations: set.eventDestinations.filter(({ Name }) => Name !== name) });
  return {};
}

function requireDestination(destinations: readonly EventDestination[], name: string): void {
  if (!destinations.some(({ Name }) => Name === name)) {
    throw notFound(`Event destination ${name} does not exist.`);
  }
}

function checked(name: string, definition: Definition): EventDestination {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw badRequest(`Invalid event destination name '${name}'.`);
  const given = Object.keys(targets).filter((target) => definition[target as keyof Definition]);
  if (given.length !== 1) throw badRequest("An event destination must have exactly one target.");
  if (!definition.MatchingEventTypes?.length)
    throw badRequest("At least one matching event type is required.");
  return {
    Name: name,
    Enabled: definition.Enabled ?? false,
    MatchingEventTypes: definition.MatchingEventTypes,
    [given[0]!]: definition[given[0] as keyof Definition],
  };
}
