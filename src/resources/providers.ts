import type { ProviderResource } from "@pulumi/pulumi/resource.js";
import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import { Provider as CloudflareProvider } from "@pulumi/cloudflare/provider.js";
import type { Settings } from "./settings.js";

export interface Providers {
  /** Absent: the default provider, configured by `aws:*` and the environment. */
  readonly aws?: ProviderResource;
  /** Absent: the default provider, configured by `cloudflare:*` and the environment. */
  readonly cloudflare?: ProviderResource;
}

/** Explicit providers for services at other addresses; the resources name their Region themselves. */
export function createProviders(settings: Settings): Providers {
  const { sesEndpoint, cloudflareApiUrl, defaultRegion = "us-east-1", awsCredentials, awsProfile } = settings;
  return {
    ...(sesEndpoint !== undefined && {
      aws: new AwsProvider("ses", {
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
      }),
    }),
    ...(cloudflareApiUrl !== undefined && {
      cloudflare: new CloudflareProvider("cloudflare", { baseUrl: cloudflareApiUrl }),
    }),
  };
}

/** The providers as a component's options take them. */
export function providerList({ aws, cloudflare }: Providers): ProviderResource[] {
  return [aws, cloudflare].filter((provider) => provider !== undefined);
}
