import { Provider } from "@pulumi/aws/provider.js";
import type { Settings } from "./stack-settings.js";

/**
 * A provider for SES at another address; each resource names its own Region. Undefined: the default provider, which
 * `aws:*` and the environment configure.
 */
export function createAwsProvider(settings: Settings): Provider | undefined {
  const { sesEndpoint, defaultRegion = "us-east-1", awsCredentials, awsProfile } = settings;
  if (sesEndpoint === undefined) return undefined;
  return new Provider("ses", {
    region: defaultRegion,
    endpoints: [{ sesv2: sesEndpoint }],
    skipCredentialsValidation: true,
    skipRequestingAccountId: true,
    skipMetadataApiCheck: true,
    ...(awsProfile !== undefined && { profile: awsProfile }),
    ...(awsCredentials !== undefined && {
      accessKey: awsCredentials.accessKeyId,
      secretKey: awsCredentials.secretAccessKey,
      ...(awsCredentials.sessionToken !== undefined && { token: awsCredentials.sessionToken }),
    }),
  });
}
