import type { GetEmailIdentityResponse } from "@aws-sdk/client-sesv2";
import type { Live, PropertySpecs, ResourceType } from "../resource.js";
import { present, text, type Properties } from "../values.js";
import { doing, failure, type AwsConnection } from "./connection.js";
import { getIdentity } from "./email-identity.js";
import { locate, readBack, REGION, unlessNotFound, withRegion } from "./shared.js";

/** A resource that is one group of an identity's attributes: written with one Put, read with the identity, and reset, not deleted. */
interface Attributes {
  readonly name: string;
  readonly inputs: PropertySpecs;
  /** The request is refused before it is sent when this says why. */
  refuse?(wanted: Properties): string | undefined;
  /** Writes the attributes; without `wanted`, back to what SES has by default. */
  put(
    id: string,
    region: string,
    wanted: Properties | undefined,
    connection: AwsConnection,
  ): Promise<unknown>;
  properties(identity: GetEmailIdentityResponse): Properties;
}

function attributesResource(attributes: Attributes): ResourceType<AwsConnection> {
  const { name } = attributes;

  async function write(
    action: string,
    id: string,
    region: string,
    wanted: Properties,
    connection: AwsConnection,
  ) {
    const refusal = attributes.refuse?.(wanted);
    if (refusal !== undefined) throw failure(action, name, id, refusal);
    await doing(action, name, id, () => attributes.put(id, region, wanted, connection));
  }

  async function read(
    importId: string,
    state: Properties,
    connection: AwsConnection,
  ): Promise<Live | undefined> {
    const { id, region } = locate(importId, state, connection);
    const identity = await doing("reading", name, id, () => getIdentity(id, region, connection));
    return identity && { id, state: { ...attributes.properties(identity), emailIdentity: id, region } };
  }

  return {
    inputs: {
      emailIdentity: { type: "string", required: true, replaces: true },
      region: REGION,
      ...attributes.inputs,
    },
    outputs: {},
    defaults: withRegion,
    plan: (wanted, state) => ({ ...wanted, ...present({ region: wanted["region"] ?? state?.["region"] }) }),
    async create(wanted, connection) {
      const id = text(wanted, "emailIdentity")!;
      const region = connection.regionOf(wanted);
      await write("creating", id, region, wanted, connection);
      const written = { ...wanted, region };
      return readBack(name, id, written, () => read(id, written, connection));
    },
    read,
    async update(id, state, wanted, connection) {
      const region = connection.regionOf(state);
      await write("updating", id, region, wanted, connection);
      const written = { ...wanted, region };
      return (await readBack(name, id, written, () => read(id, written, connection))).state;
    },
    async delete(id, state, connection) {
      const region = connection.regionOf(state);
      await doing("deleting", name, id, () =>
        unlessNotFound(attributes.put(id, region, undefined, connection)),
      );
    },
  };
}

const BEHAVIORS = ["USE_DEFAULT_VALUE", "REJECT_MESSAGE"] as const;

/** `aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes`. */
export const mailFromAttributes = attributesResource({
  name: "Email Identity Mail From Attributes",
  inputs: {
    behaviorOnMxFailure: { type: "string", default: "USE_DEFAULT_VALUE", values: BEHAVIORS },
    mailFromDomain: { type: "string" },
  },
  refuse: (wanted) =>
    wanted["behaviorOnMxFailure"] === "REJECT_MESSAGE" && text(wanted, "mailFromDomain") === undefined
      ? "mail from domain is required if behavior on MX failure is REJECT_MESSAGE"
      : undefined,
  put: (id, region, wanted, connection) =>
    connection.call(region, "putEmailIdentityMailFromAttributes", {
      EmailIdentity: id,
      MailFromDomain: wanted && text(wanted, "mailFromDomain"),
      BehaviorOnMxFailure: wanted && (text(wanted, "behaviorOnMxFailure") as (typeof BEHAVIORS)[number]),
    }),
  properties: ({ MailFromAttributes }) => ({
    behaviorOnMxFailure: MailFromAttributes?.BehaviorOnMxFailure ?? "USE_DEFAULT_VALUE",
    ...(MailFromAttributes?.MailFromDomain && { mailFromDomain: MailFromAttributes.MailFromDomain }),
  }),
});

/** `aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes`. */
export const feedbackAttributes = attributesResource({
  name: "Email Identity Feedback Attributes",
  inputs: { emailForwardingEnabled: { type: "boolean", default: false } },
  put: (id, region, wanted, connection) =>
    connection.call(region, "putEmailIdentityFeedbackAttributes", {
      EmailIdentity: id,
      EmailForwardingEnabled: wanted?.["emailForwardingEnabled"] === true,
    }),
  properties: (identity) => ({ emailForwardingEnabled: identity.FeedbackForwardingStatus ?? false }),
});
