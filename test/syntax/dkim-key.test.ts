import { createPrivateKey, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { readPublicKey, readSigningKey } from "../../src/syntax/dkim-key.js";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
const pem = (type: "pkcs1" | "pkcs8"): string => privateKey.export({ type, format: "pem" }).toString();
const der = (type: "pkcs1" | "pkcs8"): string =>
  privateKey.export({ type, format: "der" }).toString("base64");

describe("readSigningKey", () => {
  it.each([
    ["PEM, PKCS #1", pem("pkcs1")],
    ["PEM, PKCS #8", pem("pkcs8")],
    ["PEM with blank lines around it", `\n\n${pem("pkcs8")}\n`],
    ["PEM with CRLF", pem("pkcs8").replaceAll("\n", "\r\n")],
    ["base64, PKCS #1", der("pkcs1")],
    ["base64, PKCS #8", der("pkcs8")],
    ["base64 in lines", der("pkcs1").replace(/.{64}/g, "$&\n")],
  ])("reads %s", (_, text) => {
    const key = readSigningKey(text);
    if ("problem" in key) throw new Error(key.problem);
    // What openssl rsa -pubout writes, without its first and last line, is what SES's guide has published.
    expect(key.publicKey).toBe(spki.replace(/-----.*-----|\n/g, ""));
    expect(key.privateKey).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    const own = createPrivateKey({
      key: Buffer.from(key.privateKey, "base64"),
      format: "der",
      type: "pkcs8",
    });
    expect(privateDecrypt(own, publicEncrypt(publicKey, Buffer.from("word"))).toString()).toBe("word");
  });

  it.each([
    [1536, false],
    [2048, false],
    [1016, true],
    [2056, true],
  ])("takes keys of 1024 to 2048 bits: %i", (modulusLength, refused) => {
    const pair = generateKeyPairSync("rsa", { modulusLength });
    const key = readSigningKey(pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    expect("problem" in key && key.problem).toBe(
      refused && `is an RSA key of ${modulusLength} bits; SES takes 1024 to 2048`,
    );
  });

  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const ed = generateKeyPairSync("ed25519").privateKey;
  it.each([
    ["", "is no private key in PEM or base64"],
    ["dkimKey", "is no private key in PEM or base64"],
    [Buffer.from("not a key").toString("base64"), "is no private key in PEM or base64"],
    [pem("pkcs8").slice(0, 200), "is no private key in PEM or base64"],
    [spki, "is a public key, not a private one"],
    [
      privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }).toString(),
      "is protected by a passphrase",
    ],
    [
      privateKey.export({ type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }).toString(),
      "is protected by a passphrase",
    ],
    [ec.export({ type: "pkcs8", format: "pem" }).toString(), "is a key for ec; SES signs with RSA"],
    [ed.export({ type: "pkcs8", format: "pem" }).toString(), "is a key for ed25519; SES signs with RSA"],
  ])("refuses %j", (text, problem) => {
    expect(readSigningKey(text)).toEqual({ problem });
  });
});

describe("readPublicKey", () => {
  // What openssl rsa -pubout writes, without its first and last line.
  const bare = spki.replace(/-----.*-----|\n/g, "");
  it.each([
    ["base64", bare],
    ["PEM", spki],
    ["PEM, PKCS #1", publicKey.export({ type: "pkcs1", format: "pem" }).toString()],
    ["base64, PKCS #1", publicKey.export({ type: "pkcs1", format: "der" }).toString("base64")],
  ])("reads %s", (_, text) => {
    expect(readPublicKey(text)).toEqual({ publicKey: bare });
  });

  it("ignores white space, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bare.length), fc.constantFrom(" ", "\n", "\t", "\r\n")), { maxLength: 9 }),
        (gaps) => {
          const text = gaps.reduce((t, [at, gap]) => t.slice(0, at) + gap + t.slice(at), bare);
          expect(readPublicKey(text)).toEqual({ publicKey: bare });
        },
      ),
      { numRuns: 30 },
    );
  });

  const other = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
  it.each([
    ["", "is no public key in PEM or base64"],
    [bare.slice(0, -8), "is no public key in PEM or base64"],
    [`v=DKIM1; k=rsa; p=${bare}`, "is a whole DKIM record, not only its key"],
    [`p=${bare}`, "is a whole DKIM record, not only its key"],
    [pem("pkcs8"), "is a private key, not a public one"],
    [der("pkcs1"), "is a private key, not a public one"],
    [der("pkcs8"), "is a private key, not a public one"],
    [other, "is a key for ed25519; SES signs with RSA"],
  ])("refuses %j", (text, problem) => {
    expect(readPublicKey(text)).toEqual({ problem });
  });
});
