import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkFolder } from "../load-fleet.js";
import type { Place } from "./place.js";

/**
 * A private key for each one that the domain files name. The real keys are secrets of the real stacks and don't belong
 * here. These are created once and kept in the sandbox's folder.
 */
export async function sandboxSecrets({ domainsDir, region, paths }: Place): Promise<Record<string, string>> {
  const { domains } = await checkFolder(domainsDir, region, { mayBeMissing: true });
  const names = domains.flatMap(({ identities }) =>
    identities.flatMap(({ dkim }) => ("selector" in dkim ? [dkim.privateKey] : [])),
  );
  if (names.length === 0) return {};
  const file = join(paths.root, "dkim-keys.json");
  const known: Record<string, string> = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)
    : {};
  const missing = [...new Set(names)].filter((name) => known[name] === undefined);
  for (const name of missing) known[name] = newKey();
  if (missing.length > 0) {
    mkdirSync(paths.root, { recursive: true });
    writeFileSync(file, JSON.stringify(known), { mode: 0o600 });
  }
  return Object.fromEntries(names.map((name) => [`mailstack:${name}`, known[name]!]));
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
