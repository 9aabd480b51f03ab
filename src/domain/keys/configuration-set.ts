import { z } from "zod";
import { isPlainMap } from "../../file/merge.js";
import type { EventDestination, RegionalIdentity } from "../sending-domain.js";
import type { Problem } from "../../file/problem.js";
import { check } from "./check.js";
import {
  EVENT_TYPES,
  eventDestinationsKey,
  targetsOf,
  type DestinationSettings,
} from "./event-destinations.js";
import type { CrossCheck, MergedFile } from "../merged-file.js";

/** Event destinations that SES allows a configuration set (SES Developer Guide, "Service quotas"). */
const MAX_DESTINATIONS = 10;

const DEFAULTS = { tlsPolicy: "optional", sendingEnabled: true, reputationMetrics: false } as const;

const NAME = "^[A-Za-z0-9_-]{1,64}$";

const name = () => z.string().superRefine(check(nameProblems)).meta({ pattern: NAME });

const createdSet = z
  .strictObject({
    name: name().meta({ description: "Name of the configuration set.", examples: ["transactional"] }),
    eventDestinations: eventDestinationsKey,
    tlsPolicy: z
      .enum(["require", "optional"])
      .optional()
      .meta({
        description:
          "Whether SES delivers only over TLS (`require`), or also in the clear to servers that have no TLS.",
        default: DEFAULTS.tlsPolicy,
        examples: ["require"],
      }),
    sendingEnabled: z
      .boolean()
      .optional()
      .meta({
        description: "Whether SES takes mail that uses the set.",
        default: DEFAULTS.sendingEnabled,
        examples: [true],
      }),
    reputationMetrics: z
      .boolean()
      .optional()
      .meta({
        description: "Whether bounce and complaint rates of the set are published to CloudWatch.",
        default: DEFAULTS.reputationMetrics,
        examples: [true],
      }),
    suppressedReasons: z
      .array(z.enum(["bounce", "complaint"]))
      // The AWS provider takes an empty list for none at all.
      .min(1, {
        error: "`suppressedReasons` names bounce, complaint or both; without it the account decides",
      })
      .optional()
      .meta({
        description: "What puts an address on the suppression list. Default: as the account has it.",
        examples: [["bounce", "complaint"]],
      }),
  })
  .meta({ examples: [{ name: "transactional", tlsPolicy: "require" }] });

export const configurationSetKey = {
  configurationSet: z
    .union([name(), createdSet], {
      error: "`configurationSet` is the name of an existing set, or a map that describes a set",
    })
    .optional()
    .meta({
      description:
        "The identity's default configuration set: the name of an existing one, or a map, for one that is created here.",
      examples: ["transactional", { name: "transactional", tlsPolicy: "require" }],
    }),
};

function nameProblems(name: string): readonly Problem[] {
  if (new RegExp(NAME).test(name)) return [];
  return [
    {
      rule: "configuration-set-name",
      message:
        name.length > 64
          ? `the name is ${name.length} characters long; SES allows 64`
          : "a configuration set's name consists of letters, digits, hyphens and underscores",
      hint: "write a name such as `transactional`",
    },
  ];
}

const PATH = ["configurationSet"] as const;

export const configurationSetChecks: readonly CrossCheck[] = [
  { reads: [PATH], find: incompleteDestinations },
  { reads: [PATH], find: tooManyDestinations },
];

function destinationsOf({ settings: { configurationSet } }: MergedFile): [string, DestinationSettings][] {
  return isPlainMap(configurationSet) ? Object.entries(configurationSet.eventDestinations ?? {}) : [];
}

/** Looked for in the merged file: a Region may say only what is different there. */
function incompleteDestinations(file: MergedFile): readonly Problem[] {
  return destinationsOf(file).flatMap(([name, destination]): Problem[] => {
    const path = [...PATH, "eventDestinations", name];
    const targets = targetsOf(destination);
    const problem = (message: string, hint: string): Problem => ({
      rule: "event-destination",
      message: `the event destination \`${name}\` ${message}`,
      hint,
      path,
    });
    return [
      ...(destination.events === undefined || destination.events.length === 0
        ? [problem("has no events", "write for example `events: [bounce, complaint]` in it")]
        : []),
      ...(targets.length === 1
        ? []
        : [
            problem(
              targets.length === 0 ? "has no target" : `has several targets: ${targets.join(", ")}`,
              "give it one of snsTopic, eventBus, firehose and cloudWatch",
            ),
          ]),
    ];
  });
}

function tooManyDestinations(file: MergedFile): readonly Problem[] {
  const { length } = destinationsOf(file);
  if (length <= MAX_DESTINATIONS) return [];
  return [
    {
      rule: "event-destination",
      message: `the configuration set has ${length} event destinations; SES allows ${MAX_DESTINATIONS}`,
      hint: "delete some, or put several into one",
      path: [...PATH, "eventDestinations"],
    },
  ];
}

/** Whether a file's own set takes the place of the one below it as a whole: a set of another name shares nothing. */
export function isSetReplaced(own: unknown, below: unknown): boolean {
  return isPlainMap(own) && isPlainMap(below) && own["name"] !== below["name"];
}

/** @param file without errors, so that each destination has events and one target */
export function resolveConfigurationSet({
  settings: { configurationSet },
}: MergedFile): Pick<RegionalIdentity, "configurationSet" | "configurationSetOptions"> {
  if (configurationSet === undefined) return {};
  if (typeof configurationSet === "string") return { configurationSet };
  const { name, eventDestinations = {}, suppressedReasons, ...options } = configurationSet;
  // In one order, so that two descriptions of a set that mean the same are the same.
  const destinations = Object.entries(eventDestinations).map(([name, destination]): EventDestination => {
    const { events = [], ...rest } = destination;
    return { name, enabled: true, ...rest, events: EVENT_TYPES.filter((type) => events.includes(type)) };
  });
  return {
    configurationSet: name,
    configurationSetOptions: {
      // Filled in: left out, the AWS provider would keep what the set had before.
      ...DEFAULTS,
      ...options,
      ...(suppressedReasons !== undefined && { suppressedReasons: [...suppressedReasons].sort() }),
      eventDestinations: destinations.sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
  };
}
