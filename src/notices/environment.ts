import { githubSink } from "./github.js";
import type { Sink } from "./sink.js";
import { webhookSink } from "./webhook.js";
import { webhookKeys } from "./webhook-signature.js";

/** The sinks that `--notify` takes. Text on standard output is always told. */
export const SINKS = ["github", "webhook"] as const;
export type SinkName = (typeof SINKS)[number];

/** A variable of the environment that is missing or can't be used. The message doesn't hold its value. */
export class SinkSettingError extends Error {
  override readonly name = "SinkSettingError";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface SinkContext {
  readonly env: Environment;
  /** Id of the journal. */
  readonly journal: string;
  readonly clock: () => Date;
}

/**
 * The sink with its address and its secret, which come from the environment alone.
 * @throws SinkSettingError
 */
export function sinkFromEnvironment(name: SinkName, { env, journal, clock }: SinkContext): Sink {
  if (name === "github") {
    const apiUrl = serviceUrl("GITHUB_API_URL", env["GITHUB_API_URL"] || "https://api.github.com").replace(
      /\/+$/,
      "",
    );
    return githubSink({ apiUrl, repository: repository(env), token: token(env), clock });
  }
  const { MAILSTACK_WEBHOOK_URL: address = "", MAILSTACK_WEBHOOK_SECRET: secret = "" } = env;
  if (address === "") throw missing("MAILSTACK_WEBHOOK_URL", "the webhook's address");
  if (secret === "") throw missing("MAILSTACK_WEBHOOK_SECRET", "the secret that signs the events");
  const keys = webhookKeys(secret);
  if (keys === undefined) {
    throw new SinkSettingError(
      "MAILSTACK_WEBHOOK_SECRET is no secret of a webhook: it must be whsec_ and 24 to 64 bytes in base64",
      'make one with: echo "whsec_$(openssl rand -base64 32)"',
    );
  }
  return webhookSink({ url: serviceUrl("MAILSTACK_WEBHOOK_URL", address), keys, journal, clock });
}

function repository(env: Environment): string {
  const name = env["GITHUB_REPOSITORY"] ?? "";
  if (name === "") throw missing("GITHUB_REPOSITORY", "the repository for the issues, e.g. acme/domains");
  if (/^[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/.test(name)) return name;
  throw new SinkSettingError("GITHUB_REPOSITORY is not owner/name", "write it like acme/domains");
}

function token(env: Environment): string {
  const value = env["GITHUB_TOKEN"]?.trim() ?? "";
  if (value === "") throw missing("GITHUB_TOKEN", "a token that may write issues");
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new SinkSettingError("GITHUB_TOKEN holds spaces or characters that no token has", "set it again");
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Plain HTTP would show the secret or the event to everybody on the way. */
function serviceUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  if (url === undefined || !isSafe) {
    throw new SinkSettingError(`${name} is not an https URL`, "http is only for this machine");
  }
  if (url.username === "" && url.password === "") return text;
  throw new SinkSettingError(`${name} holds a user name or a password`, "leave them out of the URL");
}

function missing(name: string, what: string): SinkSettingError {
  return new SinkSettingError(`${name} is not set`, `set it to ${what}`);
}
