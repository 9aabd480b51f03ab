import type { DnsServerAddress } from "../status/dns/dns-types.js";
import { parseServer } from "../status/dns/server-names.js";
import { CliError } from "./output.js";
import { stackFileConfig } from "./project.js";
import { runPulumi } from "./pulumi.js";
import type { StackSource } from "./stack-domains.js";

/** The services in the stack's configuration, as the program reads them. Secrets are never included. */
export interface ServiceSettings {
  /** `mailstack:sesEndpoint`. */
  readonly sesEndpoint?: string;
  /** `mailstack:dnsServers`: a list, or addresses with commas between them. */
  readonly dnsServer?: readonly DnsServerAddress[];
  /** `aws:profile`. */
  readonly profile?: string;
}

/** The stack's configuration, as far as commands use it. */
export interface StackSettings {
  readonly services: ServiceSettings;
  /** An address, namespace `mailstack`. @throws CliError (exit code 2) if the value can't be used */
  readonly url: (key: string) => string | undefined;
}

/** The services alone, as {@link readStackSettings} reads them. */
export async function readServiceSettings(source: StackSource): Promise<ServiceSettings> {
  return (await readStackSettings(source)).services;
}

/**
 * Reads it from the Pulumi CLI, which also knows the project's and the environments' values. If the outputs come from a
 * file, or the CLI fails, reads `Pulumi.<stack>.yaml`.
 * @throws CliError (exit code 2) for a value that can't be used
 */
export async function readStackSettings(source: StackSource): Promise<StackSettings> {
  const config = (source.outputs === undefined ? await askPulumi(source) : undefined) ?? fromFile(source);
  const url = (key: string): string | undefined => {
    const value = config[`mailstack:${key}`];
    return isSet(value) ? toUrl(`mailstack:${key}`, value) : undefined;
  };
  const sesEndpoint = url("sesEndpoint");
  const configured = config["mailstack:dnsServers"];
  const servers = isSet(configured) ? configured : process.env[DNS_SERVERS];
  const profile = config["aws:profile"];
  const services = {
    ...(sesEndpoint !== undefined && { sesEndpoint }),
    ...(isSet(servers) && { dnsServer: toServers(servers, servers === configured) }),
    ...(typeof profile === "string" && isSet(profile) && { profile }),
  };
  return { services, url };
}

/** Like `AWS_ENDPOINT_URL` for DNS: used if the configuration has no `mailstack:dnsServers`. */
const DNS_SERVERS = "MAILSTACK_DNS_SERVERS";

type Config = Readonly<Record<string, unknown>>;

interface ConfigValue {
  readonly value?: unknown;
  readonly objectValue?: unknown;
  readonly secret?: boolean;
}

async function askPulumi({ stack, root }: StackSource): Promise<Config | undefined> {
  try {
    // Without --show-secrets the CLI leaves the value of a secret out.
    const values = JSON.parse(await runPulumi(["config", "--json"], { stack, root })) as Readonly<
      Record<string, ConfigValue>
    >;
    return Object.fromEntries(
      Object.entries(values)
        .filter(([, { secret }]) => secret !== true)
        .map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
    );
  } catch {
    // The outputs are read at the same time, and that reports what is wrong with the CLI.
    return undefined;
  }
}

function fromFile({ root, stack }: StackSource): Config {
  try {
    return stackFileConfig(root, stack);
  } catch (error) {
    // A stack without configuration has no file.
    if (error instanceof CliError && error.code === "unknown-stack") return {};
    throw error;
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function toUrl(key: string, value: unknown): string {
  if (typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
    return value.replace(/\/+$/, "");
  throw invalid(key, "an http or https URL");
}

function toServers(value: unknown, isConfigured: boolean): DnsServerAddress[] {
  const texts: unknown[] = typeof value === "string" ? value.split(/[\s,]+/).filter(Boolean) : [value].flat();
  const servers = texts.map((text) => (typeof text === "string" ? parseServer(text) : undefined));
  const known = servers.filter((server) => server !== undefined);
  if (known.length === servers.length && known.length > 0) return known;
  const wanted = "IP addresses, with or without a port";
  if (isConfigured) throw invalid("mailstack:dnsServers", wanted);
  throw new CliError(`${DNS_SERVERS} must be ${wanted}`, { code: "bad-config" });
}

function invalid(key: string, wanted: string): CliError {
  return new CliError(`${key} in the stack's configuration must be ${wanted}`, {
    code: "bad-config",
    hint: `change it with pulumi config set ${key} <value>`,
  });
}
