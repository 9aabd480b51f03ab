import { createRequire } from "node:module";
import type { ProviderDefinition } from "../resource.js";
import { configuredRegion, MISSING_REGION } from "./config.js";
import { configurationSet } from "./configuration-set.js";
import { AwsConnection } from "./connection.js";
import { emailIdentity } from "./email-identity.js";
import { eventDestination } from "./event-destination.js";
import { functions } from "./functions.js";
import { feedbackAttributes, mailFromAttributes } from "./identity-attributes.js";

/** The `aws` provider; `endpoint` is the SES v2 URL, and `region` the Region, if the configuration names none. */
export function awsProvider(
  endpoint: string | undefined,
  region?: string,
): ProviderDefinition<AwsConnection> {
  return {
    name: "aws",
    version: (createRequire(import.meta.url)("@pulumi/aws/package.json") as { version: string }).version,
    resources: {
      "aws:sesv2/emailIdentity:EmailIdentity": emailIdentity,
      "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": mailFromAttributes,
      "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes": feedbackAttributes,
      "aws:sesv2/configurationSet:ConfigurationSet": configurationSet,
      "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": eventDestination,
    },
    functions,
    checkConfig: (config) =>
      configuredRegion(config, region) === undefined ? [{ property: "region", reason: MISSING_REGION }] : [],
    connect: (config, signal) => new AwsConnection(config, endpoint, signal, region),
  };
}
