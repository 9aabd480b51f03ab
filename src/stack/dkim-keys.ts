import { getConfig } from "@pulumi/pulumi/runtime/config.js";
import { locate } from "../domain/locate.js";
import type { OwnDkim, RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import type { MailRecord } from "../kinds/index.js";
import { describeProblem } from "../file/describe-problem.js";
import { readSigningKey, type SigningKey } from "../syntax/dkim-key.js";

/** The private keys that the domain files name, by name. */
export type SigningKeys = ReadonlyMap<string, SigningKey>;

/** What fills in the record of a domain's own key. */
export function publicKeyOf(
  { privateKey }: Pick<MailRecord, "privateKey">,
  keys: SigningKeys,
): { readonly publicKey?: string } {
  const key = privateKey === undefined ? undefined : keys.get(privateKey);
  return key === undefined ? {} : { publicKey: key.publicKey };
}

/** A value of the stack's configuration. */
export interface ConfigEntry {
  readonly value: string;
  /** Whether it is encrypted in the stack's file. */
  readonly secret: boolean;
}

/** Bypasses Config, which warns when a secret is read as plain text: only its public half is published. */
export function configEntry(name: string): ConfigEntry | undefined {
  const key = `mailstack:${name}`;
  const value = getConfig(key);
  return value === undefined || value === "" ? undefined : { value, secret: secretKeys().includes(key) };
}

/** Which entries are encrypted. The engine tells the SDK in the environment, but the SDK doesn't expose it. */
function secretKeys(): readonly string[] {
  return JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[];
}

/**
 * Reads the keys that the domain files name. Each unusable key is one problem, at the place of its first use. No
 * problem reveals the value.
 */
export function readSigningKeys(
  fleet: readonly SendingDomain[],
  entry: (name: string) => ConfigEntry | undefined,
): { readonly keys: SigningKeys; readonly problems: readonly string[] } {
  const keys = new Map<string, SigningKey>();
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const domain of fleet) {
    for (const identity of domain.identities) {
      const { dkim } = identity;
      if (!("selector" in dkim) || seen.has(dkim.privateKey)) continue;
      seen.add(dkim.privateKey);
      const found = readKey(dkim, entry(dkim.privateKey));
      if ("problem" in found) problems.push(describe(domain, identity, found));
      else keys.set(dkim.privateKey, found);
    }
  }
  return { keys, problems };
}

interface KeyProblem {
  readonly problem: string;
  readonly hint: string;
}

function readKey({ privateKey: name }: OwnDkim, entry: ConfigEntry | undefined): SigningKey | KeyProblem {
  const set = `pulumi config set --secret mailstack:${name} < key.pem`;
  if (entry === undefined) {
    return { problem: `the stack's configuration has no mailstack:${name}`, hint: `set it with: ${set}` };
  }
  if (!entry.secret) {
    return {
      problem: `mailstack:${name} is not a secret: the private key is in plain text in the stack's configuration`,
      hint: `generate a new key, then set it with: ${set}`,
    };
  }
  const key = readSigningKey(entry.value);
  if (!("problem" in key)) return key;
  return {
    problem: `mailstack:${name} ${key.problem}`,
    hint: `generate a key with: openssl genrsa -out key.pem 2048; then set it with: ${set}`,
  };
}

function describe(
  domain: SendingDomain,
  { path = [] }: RegionalIdentity,
  { problem, hint }: KeyProblem,
): string {
  return describeProblem(locate(domain, [...path, "dkim", "bringYourOwn", "privateKey"]), problem, hint);
}
