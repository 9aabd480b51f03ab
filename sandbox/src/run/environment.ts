import type { Addresses } from "./addresses.js";

const port = (address: string): string => address.slice(address.lastIndexOf(":") + 1);

/** Value of `PULUMI_DEBUG_PROVIDERS` with which `pulumi` uses the sandbox's providers. */
export function debugProviders({ providers }: Pick<Addresses, "providers">): string {
  return `aws:${port(providers.aws)},cloudflare:${port(providers.cloudflare)}`;
}

/**
 * Credentials that work only in the sandbox: with them in the environment, real ones are never sent to it. The token
 * has the length that Cloudflare's own provider requires.
 */
export const SANDBOX_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIASANDBOX000000000",
  AWS_SECRET_ACCESS_KEY: "sandbox",
  CLOUDFLARE_API_TOKEN: "sandbox-".padEnd(40, "0"),
} as const;

/** What a program needs to run against the sandbox by other means, such as a plain `pulumi up`. */
export function serveEnvironment(addresses: Addresses, region: string): Record<string, string> {
  return {
    ...SANDBOX_CREDENTIALS,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_SESV2: addresses.ses,
    CLOUDFLARE_BASE_URL: addresses.cloudflare,
    MAILSTACK_DNS_SERVERS: addresses.dns,
    PULUMI_DEBUG_PROVIDERS: debugProviders(addresses),
  };
}

/** The environment of a program that an engine runs: the user's own, without anything that points to a real account. */
export function programEnvironment({ ses, cloudflare }: Addresses): Record<string, string | undefined> {
  return {
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_ENDPOINT_URL: undefined,
    CLOUDFLARE_API_KEY: undefined,
    CLOUDFLARE_EMAIL: undefined,
    CLOUDFLARE_API_USER_SERVICE_KEY: undefined,
    ...SANDBOX_CREDENTIALS,
    AWS_ENDPOINT_URL_SESV2: ses,
    CLOUDFLARE_BASE_URL: cloudflare,
  };
}
