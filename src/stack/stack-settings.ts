import { Config } from "@pulumi/pulumi/config.js";
import { getConfig } from "@pulumi/pulumi/runtime/config.js";
import { parseShard, SHARD_FORM, type Shard } from "../fleet/shard.js";
import { DEFAULT_FOLDER, SHARD } from "../project/shares.js";

/** The part of the stack's configuration that the program reads. */
export interface Settings {
  /** `mailstack:domainsDir`, default `domains`. */
  readonly domainsDir: string;
  /** `mailstack:shard`: the part of the folder that the stack takes; undefined: all of it. */
  readonly shard: Shard | undefined;
  /** `mailstack:sesEndpoint`: an address for the SES API v2 other than Amazon's. */
  readonly sesEndpoint: string | undefined;
  /** Another address of the namespace `mailstack`, for a publisher. @throws InvalidSetting */
  readonly url: (key: string) => string | undefined;
  /** `aws:region`: for domains whose files don't name one. */
  readonly defaultRegion: string | undefined;
  /** `aws:profile`. */
  readonly awsProfile: string | undefined;
  /** `aws:accessKey`, `aws:secretKey`, `aws:token`. */
  readonly awsCredentials:
    { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
}

export function readSettings(): Settings {
  const config = new Config("mailstack");
  return {
    domainsDir: config.get("domainsDir") ?? DEFAULT_FOLDER,
    shard: shard(config),
    sesEndpoint: url(config, "sesEndpoint"),
    url: (key) => url(config, key),
    defaultRegion: getConfig("aws:region"),
    awsProfile: getConfig("aws:profile"),
    awsCredentials: awsCredentials(),
  };
}

/** An empty value is a mistake: taken for none, the stack would take every domain. */
function shard(config: Config): Shard | undefined {
  const value = config.get("shard");
  if (value === undefined) return undefined;
  const read = parseShard(value);
  if (read === undefined) throw new InvalidSetting(SHARD, value, SHARD_FORM);
  return read;
}

function url(config: Config, key: string): string | undefined {
  const value = config.get(key);
  if (value === undefined || value === "") return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new InvalidSetting(`mailstack:${key}`, value, "an http or https URL");
  }
  return value.replace(/\/+$/, "");
}

// Bypasses Config, which warns when a secret is read as plain text: the keys go only to the AWS SDK.
function awsCredentials(): Settings["awsCredentials"] {
  const accessKeyId = getConfig("aws:accessKey");
  const secretAccessKey = getConfig("aws:secretKey");
  const sessionToken = getConfig("aws:token");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

export class InvalidSetting extends Error {
  constructor(key: string, value: string, wanted: string) {
    super(`${key} is "${value}", but must be ${wanted}; set it with: pulumi config set ${key} <value>`);
  }
}
