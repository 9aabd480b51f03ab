import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { SECRET_SIGNATURE, SIGNATURE_KEY, isObject, isSecret } from "./values.js";
import type { Properties, Value } from "./values.js";

const VERSION = "v1";

/**
 * Encrypts the secrets of a state file with AES-256-GCM. The key is in a separate file that only its
 * owner can read: a shared state file reveals nothing.
 */
export class SecretBox {
  readonly #keyFile: string;
  #key: Buffer | undefined;
  /** An unchanged secret keeps its ciphertext, so an unchanged stack keeps its state file. */
  readonly #sealed = new Map<string, string>();

  constructor(keyFile: string) {
    this.#keyFile = keyFile;
  }

  encrypt(properties: Properties): Properties {
    return mapSecrets(properties, (value) => ({ ciphertext: this.#seal(JSON.stringify(value["value"])) }));
  }

  /** @throws Error if the key file is missing or a ciphertext was made with another key. */
  decrypt(properties: Properties): Properties {
    return mapSecrets(properties, (value) => {
      if (typeof value["ciphertext"] !== "string") return { value: value["value"] ?? null };
      return { value: JSON.parse(this.#open(value["ciphertext"])) as Value };
    });
  }

  #seal(plaintext: string): string {
    const known = this.#sealed.get(plaintext);
    if (known !== undefined) return known;
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#loadKey(true), nonce);
    const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
    const ciphertext = [VERSION, nonce.toString("base64"), body.toString("base64")].join(":");
    this.#sealed.set(plaintext, ciphertext);
    return ciphertext;
  }

  #open(ciphertext: string): string {
    const [version, nonce, body] = ciphertext.split(":");
    if (version !== VERSION || !nonce || !body) throw new Error("the state file contains a malformed secret");
    const bytes = Buffer.from(body, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#loadKey(false), Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    const plaintext = decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
    this.#sealed.set(plaintext, ciphertext);
    return plaintext;
  }

  #loadKey(create: boolean): Buffer {
    if (this.#key) return this.#key;
    if (!existsSync(this.#keyFile)) {
      if (!create) throw new Error(`${this.#keyFile} is missing: the secrets in the state can't be read`);
      writeFileSync(this.#keyFile, randomBytes(32).toString("base64") + "\n", { mode: 0o600, flag: "wx" });
    }
    this.#key = Buffer.from(readFileSync(this.#keyFile, "utf8"), "base64");
    return this.#key;
  }
}

/** Rewrites the outermost secrets; nested ones are sealed with them. */
function mapSecrets(
  properties: Properties,
  change: (value: Record<string, Value>) => Record<string, Value>,
): Properties {
  const visit = (value: Value): Value => {
    if (isSecret(value)) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ...change(value) };
    if (Array.isArray(value)) return value.map(visit);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, visit(v)]));
    return value;
  };
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, visit(value)]));
}
