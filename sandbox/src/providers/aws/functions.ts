import type { InvokeFunction } from "../resource.js";
import { text, type Properties } from "../values.js";
import { partitionOf, SANDBOX_ACCOUNT } from "./config.js";
import { doing, failure, type AwsConnection } from "./connection.js";
import { dkimProperties, getIdentity, identityProperties } from "./email-identity.js";
import { readTags } from "./tags.js";

/** `aws:sesv2/getEmailIdentity:getEmailIdentity`; an identity that SES does not have is an error. */
const getEmailIdentity: InvokeFunction<AwsConnection> = async (args, connection) => {
  const { id, region } = subject(args, connection);
  return doing("reading", "Email Identity", id, async () => {
    const identity = await getIdentity(id, region, connection);
    if (!identity) throw new Error("couldn't find resource");
    const arn = connection.arn(region, `identity/${id}`);
    const tags = await readTags(arn, region, connection);
    const dkim = dkimProperties(identity.DkimAttributes, {});
    return {
      configurationSetName: "",
      ...identityProperties(id, region, identity),
      arn,
      dkimSigningAttributes: dkim
        ? [{ ...dkim, domainSigningPrivateKey: "", domainSigningSelector: "" }]
        : [],
      id,
      tags: tags["tagsAll"] ?? {},
    };
  });
};

/** `aws:sesv2/getEmailIdentityMailFromAttributes:getEmailIdentityMailFromAttributes`. */
const getMailFromAttributes: InvokeFunction<AwsConnection> = async (args, connection) => {
  const name = "Email Identity Mail From Attributes";
  const { id, region } = subject(args, connection);
  const identity = await doing("reading", name, id, () => getIdentity(id, region, connection));
  if (!identity) throw failure("reading", name, id, "couldn't find resource");
  const { MailFromAttributes } = identity;
  return {
    behaviorOnMxFailure: MailFromAttributes?.BehaviorOnMxFailure ?? "",
    emailIdentity: id,
    id,
    mailFromDomain: MailFromAttributes?.MailFromDomain ?? "",
    // Amazon's provider doesn't return this; with an attached provider there is no other way to get it.
    mailFromDomainStatus: MailFromAttributes?.MailFromDomainStatus ?? "NOT_STARTED",
    region,
  };
};

function subject(args: Properties, connection: AwsConnection): { id: string; region: string } {
  const id = text(args, "emailIdentity");
  if (id === undefined) {
    throw new Error(
      '1 error occurred:\n\t* Missing required argument: The argument "email_identity" is required, but no definition was found.\n\n',
    );
  }
  return { id, region: connection.regionOf(args) };
}

/** `aws:index/getCallerIdentity:getCallerIdentity`: the sandbox has one account with one user. */
const getCallerIdentity: InvokeFunction<AwsConnection> = async (_args, connection) => {
  const accountId = SANDBOX_ACCOUNT;
  const partition = partitionOf(connection.config.region);
  return {
    accountId,
    arn: `arn:${partition}:iam::${accountId}:user/sandbox`,
    id: accountId,
    userId: "AIDASANDBOX",
  };
};

/** `aws:index/getRegion:getRegion`. `description` repeats the code: the sandbox has no table of the Regions' long names. */
const getRegion: InvokeFunction<AwsConnection> = async (args, connection) => {
  const region = text(args, "region") ?? text(args, "name") ?? connection.config.region;
  const suffix = partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    description: region,
    endpoint: `ec2.${region}.${suffix}`,
    id: region,
    name: region,
    region,
  };
};

export const functions = {
  "aws:sesv2/getEmailIdentity:getEmailIdentity": getEmailIdentity,
  "aws:sesv2/getEmailIdentityMailFromAttributes:getEmailIdentityMailFromAttributes": getMailFromAttributes,
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getRegion:getRegion": getRegion,
};
