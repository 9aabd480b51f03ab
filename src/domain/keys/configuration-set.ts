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
          "Whether SES delivers only over TLS (`require`), or also unencrypted to servers without TLS.",
        default: DEFAULTS.tlsPolicy,
        examples: ["require"],
      }),
    sendingEnabled: z
      .boolean()
      .optional()
      .meta({
        description: "Whether SES accepts mail that uses the set.",
        default: DEFAULTS.sendingEnabled,
        examples: [true],
      }),
    reputationMetrics: z
      .boolean()
      .optional()
      .meta({
        description: "Whether SES publishes the set's bounce and complaint rates to CloudWatch.",
        default: DEFAULTS.reputationMetrics,
        examples: [true],
      }),
    suppressedReasons: z
      .array(z.enum(["bounce", "complaint"]))
      // The AWS provider treats an empty list as absent.
      .min(1, {
        error:
          "`suppressedReasons` must name bounce, complaint or both; delete it to use the account's setting",
      })
      .optional()
      .meta({
        description: "What puts an address on the suppression list. Default: the account's setting.",
        examples: [["bounce", "complaint"]],
      }),
  })
  .meta({ examples: [{ name: "transactional", tlsPolicy: "require" }] });

export const configurationSetKey = {
  configurationSet: z
    .union([name(), createdSet], {
      error: "`configurationSet` must be the name of an existing set, or a map that describes a set",
    })
    .optional()
    .meta({
      description:
        "The identity's default configuration set: the name of an existing one, or a map that describes one to create.",
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
          : "a configuration set's name can contain only letters, digits, hyphens and underscores",
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

/** Checked in the merged file: a Region may give only what differs there. */
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
              "give it exactly one of snsTopic, eventBus, firehose and cloudWatch",
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
      hint: "delete some, or combine several into one",
      path: [...PATH, "eventDestinations"],
    },
  ];
}

/** Whether a file's own set replaces the default one as a whole: a set with another name shares nothing with it. */
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
  // Sorted: two descriptions of a set that mean the same must be equal.
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
