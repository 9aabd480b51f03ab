import { isObject, text, type Properties, type Value } from "../values.js";

/** The account that any credentials belong to; known without asking, so `skipRequestingAccountId` changes nothing. */
export const SANDBOX_ACCOUNT = "000000000000";

/** What the configuration of an `aws` provider says, as far as it matters here. */
export interface AwsConfig {
  readonly region: string;
  /** SES v2 endpoint, a URL. */
  readonly endpoint: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly ignoredTag: (key: string) => boolean;
  /** Calls in all, the first one included. */
  readonly attempts: number;
}

/** The upstream provider's default for `maxRetries`. */
const DEFAULT_ATTEMPTS = 25;

/**
 * The Region from the configuration or, as in the AWS tools, from the environment.
 * @param fallback replaces the engine's environment, which an attached provider can't see
 */
export function configuredRegion(config: Properties, fallback?: string): string | undefined {
  return text(config, "region") ?? fallback ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
}

/**
 * @param defaultEndpoint used when `endpoints` names none; it goes before `AWS_ENDPOINT_URL_SESV2`, which may be meant for other clients
 * @param defaultRegion as for {@link configuredRegion}
 * @throws when there is no Region, or no endpoint: the sandbox's provider never falls back to the real service
 */
export function awsConfig(
  config: Properties,
  defaultEndpoint: string | undefined,
  defaultRegion?: string,
): AwsConfig {
  const region = configuredRegion(config, defaultRegion);
  const endpoint = endpointOf(config) ?? defaultEndpoint ?? process.env["AWS_ENDPOINT_URL_SESV2"];
  if (region === undefined) throw new Error(MISSING_REGION);
  if (endpoint === undefined) {
    throw new Error(
      "no SES endpoint: the sandbox's provider does not talk to AWS; set aws:endpoints to [{sesv2: <url>}]",
    );
  }
  const ignore = objectOf(config["ignoreTags"]);
  const prefixes = stringsOf(ignore["keyPrefixes"]);
  const keys = stringsOf(ignore["keys"]);
  const retries = Number(config["maxRetries"] ?? DEFAULT_ATTEMPTS);
  return {
    region,
    endpoint,
    credentials: credentialsOf(config),
    defaultTags: tagsOf(objectOf(config["defaultTags"])["tags"]),
    ignoredTag: (key) =>
      key.startsWith("aws:") || keys.includes(key) || prefixes.some((prefix) => key.startsWith(prefix)),
    attempts: Number.isInteger(retries) && retries > 0 ? retries : DEFAULT_ATTEMPTS,
  };
}

export const MISSING_REGION =
  "Missing region information\nMake sure you have set your AWS region, e.g. `pulumi config set aws:region us-west-2`.";

function endpointOf(config: Properties): string | undefined {
  const endpoints = config["endpoints"];
  const list = Array.isArray(endpoints) ? endpoints.filter(isObject) : [];
  const named = list.map((entry) => text(entry, "sesv2")).find((url) => url !== undefined);
  return named ?? list.map((entry) => text(entry, "ses")).find((url) => url !== undefined);
}

function credentialsOf(config: Properties): AwsConfig["credentials"] {
  const sessionToken = text(config, "token") ?? process.env["AWS_SESSION_TOKEN"];
  return {
    accessKeyId: text(config, "accessKey") ?? process.env["AWS_ACCESS_KEY_ID"] ?? "sandbox",
    secretAccessKey: text(config, "secretKey") ?? process.env["AWS_SECRET_ACCESS_KEY"] ?? "sandbox",
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

export function tagsOf(value: Value | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, tag]) => [key, String(tag)]));
}

function objectOf(value: Value | undefined): Properties {
  return isObject(value) ? value : {};
}

function stringsOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];
}

/** `us-gov-west-1` → `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("cn-") ? "aws-cn" : "aws";
}
