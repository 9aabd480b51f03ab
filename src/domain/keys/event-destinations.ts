import { z } from "zod";
import type { Problem } from "../../file/problem.js";
import { check } from "./check.js";
import { canonicalListProblems } from "./list.js";

/** Event types of the SES API v2 (`EventType`), as they are written here. */
export const EVENT_TYPES = [
  "send",
  "reject",
  "bounce",
  "complaint",
  "delivery",
  "open",
  "click",
  "renderingFailure",
  "deliveryDelay",
  "subscription",
] as const;

const arn = (service: string, resource: RegExp, example: string) =>
  z.string().superRefine(check((text: string) => arnProblems(text, service, resource, example)));

const SNS = "arn:aws:sns:us-east-1:123456789012:ses-events";
const BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default";
const STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/ses-events";
const ROLE = "arn:aws:iam::123456789012:role/ses-firehose";

const dimension = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,255}$/, {
      error: "a dimension's name must have 1–255 letters, digits, `_` or `-`",
    })
    .meta({ description: "Name of the dimension.", examples: ["campaign"] }),
  source: z
    .enum(["messageTag", "emailHeader", "linkTag"])
    .meta({ description: "Where SES finds the dimension's value.", examples: ["messageTag"] }),
  default: z
    .string()
    .regex(/^[A-Za-z0-9_@.-]{1,255}$/, {
      error: "a dimension's default must have 1–255 letters, digits, `_`, `-`, `@` or `.`",
    })
    .meta({ description: "Its value for messages without one.", examples: ["none"] }),
});

const destination = z.strictObject({
  events: z
    .array(z.enum(EVENT_TYPES))
    .superRefine(check(canonicalListProblems))
    .optional()
    .meta({ description: "The events to publish.", examples: [["bounce", "complaint"]] }),
  enabled: z
    .boolean()
    .optional()
    .meta({ description: "Whether SES publishes to this destination.", default: true, examples: [true] }),
  snsTopic: arn("sns", /^[A-Za-z0-9_-]{1,256}$/, SNS)
    .optional()
    .meta({ description: "ARN of an Amazon SNS topic.", examples: [SNS] }),
  eventBus: arn("events", /^event-bus\/default$/, BUS)
    .optional()
    .meta({
      description: "ARN of the default Amazon EventBridge bus, the only one that SES publishes to.",
      examples: [BUS],
    }),
  firehose: z
    .strictObject({
      deliveryStream: arn("firehose", /^deliverystream\/[A-Za-z0-9_.-]{1,64}$/, STREAM).meta({
        description: "ARN of the stream.",
        examples: [STREAM],
      }),
      role: arn("iam", /^role\/.+$/, ROLE).meta({
        description: "ARN of the IAM role that SES uses to write to the stream.",
        examples: [ROLE],
      }),
    })
    .optional()
    .meta({
      description: "An Amazon Data Firehose stream.",
      examples: [{ deliveryStream: STREAM, role: ROLE }],
    }),
  cloudWatch: z
    .array(dimension)
    .min(1, { error: "CloudWatch needs at least one dimension" })
    .optional()
    .meta({
      description: "Amazon CloudWatch metrics, with these dimensions.",
      examples: [[{ name: "campaign", source: "messageTag", default: "none" }]],
    }),
});

export type DestinationSettings = z.input<typeof destination>;

const TARGETS = ["snsTopic", "eventBus", "firehose", "cloudWatch"] as const;

export function targetsOf(destination: DestinationSettings): string[] {
  return TARGETS.filter((target) => destination[target] !== undefined);
}

export const eventDestinationsKey = z
  .record(z.string().superRefine(check(destinationNameProblems)), destination)
  .optional()
  .meta({
    description: "Where SES publishes events about mail that uses the set, by the destination's name.",
    default: {},
    examples: [{ bounces: { events: ["bounce", "complaint"], snsTopic: SNS } }],
  });

function destinationNameProblems(name: string): readonly Problem[] {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return [];
  return [
    {
      rule: "event-destination",
      message: "an event destination's name must have 1–64 letters, digits, hyphens or underscores",
      hint: "write a name such as `bounces`",
      at: "key",
    },
  ];
}

function arnProblems(text: string, service: string, resource: RegExp, example: string): readonly Problem[] {
  const [prefix, partition = "", given = "", region = "", account = "", ...rest] = text.split(":");
  const located = service === "iam" ? region === "" : /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region);
  const valid =
    prefix === "arn" &&
    /^aws(?:-[a-z]+)*$/.test(partition) &&
    given === service &&
    located &&
    /^\d{12}$/.test(account) &&
    resource.test(rest.join(":"));
  if (valid) return [];
  return [
    {
      rule: "event-destination-arn",
      message:
        prefix === "arn" && given !== service
          ? `this ARN is for ${given || "no service"}, not for ${service}`
          : "SES can't publish with this ARN",
      hint: `write for example \`${example}\``,
    },
  ];
}

/** The Region in an ARN; empty for a resource that has none. */
export function regionOfArn(arn: string): string {
  return arn.split(":")[3] ?? "";
}
