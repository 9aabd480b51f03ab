import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { CommandFailure } from "./failure.js";

/** Rounds of PBKDF2 with SHA-256, and bytes of the key: `sdk/go/common/resource/config/crypt.go` of Pulumi. */
const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts the secrets of a stack's configuration with a passphrase, in Pulumi's own format. */
export class Passphrase {
  readonly #key: Buffer;

  private constructor(
    key: Buffer,
    /** The line `encryptionsalt` of the stack's file. */
    readonly salt: string,
  ) {
    this.#key = key;
  }

  /** A new salt, and in it a text that tells whether the passphrase is the same. */
  static create(env: NodeJS.ProcessEnv): Passphrase {
    const salt = randomBytes(8);
    const key = derive(phraseOf(env), salt);
    return new Passphrase(key, `v1:${salt.toString("base64")}:${encrypt(key, "pulumi")}`);
  }

  /** @throws CommandFailure if it is another passphrase than the one the stack was made with */
  static open(env: NodeJS.ProcessEnv, salt: string): Passphrase {
    const [version, bytes, ...check] = salt.split(":");
    if (version !== "v1" || bytes === undefined) throw new CommandFailure("malformed encryptionsalt");
    const key = derive(phraseOf(env), Buffer.from(bytes, "base64"));
    try {
      if (decrypt(key, check.join(":")) === "pulumi") return new Passphrase(key, salt);
    } catch {
      // Another key can't decrypt it.
    }
    throw new CommandFailure("getting stack configuration: get stack secrets manager: incorrect passphrase");
  }

  seal(value: string): string {
    return encrypt(this.#key, value);
  }

  reveal(sealed: string): string {
    return decrypt(this.#key, sealed);
  }
}

/** @throws CommandFailure if the environment has none */
export function phraseOf(env: NodeJS.ProcessEnv): string {
  const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (phrase !== undefined) return phrase;
  if (file) return readFileSync(file, "utf8").trim();
  throw new CommandFailure(
    "getting stack configuration: get stack secrets manager: passphrase must be set with " +
      "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
  );
}

function derive(phrase: string, salt: Buffer): Buffer {
  return pbkdf2Sync(phrase, salt, ROUNDS, KEY_BYTES, "sha256");
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function decrypt(key: Buffer, text: string): string {
  const [version, nonce, sealed] = text.split(":");
  if (version !== "v1" || !nonce || !sealed) throw new CommandFailure("malformed ciphertext");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}
