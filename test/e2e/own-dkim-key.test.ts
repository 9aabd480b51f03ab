import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunResult } from "../../sandbox/src/run/engine.js";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = pemOf(privateKey);
const published = publicKey.export({ type: "spki", format: "der" }).toString("base64");
/** Parts of the key in each form in which it could turn up, from behind the modulus, which is public. */
const traces = ["pkcs1", "pkcs8"].map((type) =>
  privateKey
    .export({ type: type as "pkcs1", format: "der" })
    .toString("base64")
    .slice(-300, -240),
);
const OWN =
  "domain: example.com\ndkim: { bringYourOwn: { selector: s2026, privateKey: dkim-example.com } }\n";
const EASY = "domain: example.com\n";

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

describe.each(ENGINES)("a key of one's own, under $label", (engine) => {
  const { skip } = engine;
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));
  beforeEach(() => {
    if (!skip) lab.secrets["mailstack:dkim-example.com"] = pem;
  });

  const dkimOf = async () => {
    const { DkimAttributes } = await lab
      .ses()
      .send(new GetEmailIdentityCommand({ EmailIdentity: "example.com" }));
    const { SigningAttributesOrigin: origin, Tokens: tokens } = DkimAttributes!;
    return { origin, tokens };
  };

  test.skipIf(skip)("signs, is verified, and leaks nowhere", { timeout: 120_000 }, async () => {
    lab.file("example.com.yaml", OWN);
    const preview = await lab.ok("preview");
    const up = await lab.ok("up");
    expect(stepsOf(up)).toEqual([
      "create example.com",
      "create example.com/dmarc",
      "create example.com/mail.example.com/mx",
      "create example.com/mail.example.com/spf",
      "create example.com/registration",
      "create example.com/s2026._domainkey.example.com/dkim",
      "create example.com/us-east-1/identity",
      "create example.com/us-east-1/mail-from",
    ]);
    const record = {
      type: "TXT",
      name: "s2026._domainkey.example.com",
      value: `v=DKIM1; k=rsa; p=${published}`,
      ttl: 1800,
      purpose: "DKIM",
    };
    for (const { outputs } of [preview, up]) {
      const { dnsRecords } = (outputs["domains"] as ReturnType<typeof domainsOf>)["example.com"]!;
      expect(dnsRecords.filter(({ purpose }) => purpose === "DKIM")).toEqual([record]);
    }
    const text = `v=DKIM1; k=rsa; p=${published}`;
    expect(await lab.records("example.com")).toContain(
      `TXT s2026._domainkey.example.com "${text.slice(0, 255)}" "${text.slice(255)}"`,
    );
    expect(await dkimOf()).toEqual({ origin: "EXTERNAL", tokens: ["s2026"] });
    await lab.verified("example.com");
    const again = await lab.ok("up");
    expect(stepsOf(again)).toEqual([]);
    expect(domainsOf(again)["example.com"]!.status).toBe("Verified");
    expect(changesOf(await lab.ok("up", { refresh: true }))).toEqual([]);

    const said = JSON.stringify([preview, up, again]);
    expect(traces.filter((trace) => said.includes(trace))).toEqual([]);
    for (const file of filesOf(lab.folder)) {
      const content = readFileSync(file, "utf8");
      expect({ file, leaks: traces.some((trace) => content.includes(trace)) }).toEqual({
        file,
        leaks: false,
      });
    }
    await lab.ok("destroy");
    expect(await lab.records("example.com")).toEqual([]);
  });

  test.skipIf(skip)("is not published beside another key of its selector", { timeout: 120_000 }, async () => {
    await lab.cloudflare.dns.records.create({
      zone_id: await lab.zoneId("example.com"),
      type: "TXT",
      name: "s2026._domainkey.example.com",
      content: '"k=rsa; p=MIGf"',
      ttl: 300,
    });
    lab.file("example.com.yaml", OWN);
    for (const operation of ["preview", "up"] as const) {
      const text = (await lab.run(operation)).errors.join("\n");
      expect(text).toMatch(
        /the TXT record s2026\._domainkey\.example\.com: a conflicting record already exists/,
      );
      expect(text).toContain('in the way: TXT "k=rsa; p=MIGf"');
    }
    const keys = (await lab.records("example.com")).filter((record) => record.includes("_domainkey"));
    expect(keys).toEqual(['TXT s2026._domainkey.example.com "k=rsa; p=MIGf"']);
  });

  test.skipIf(skip)("follows Easy DKIM, and Easy DKIM follows it", { timeout: 180_000 }, async () => {
    lab.file("example.com.yaml", EASY);
    await lab.ok("up");
    const { tokens } = await dkimOf();

    lab.file("example.com.yaml", OWN);
    const preview = await lab.ok("preview");
    expect(preview.warnings.join("\n")).toContain(
      "To finish the switch afterwards, run: pulumi up --refresh",
    );
    const first = await lab.run("up");
    expect(first.ok).toBe(false);
    expect(first.errors.join("\n")).toContain("To finish the switch, run: pulumi up --refresh");
    expect(await dkimOf()).toEqual({ origin: "EXTERNAL", tokens: ["s2026"] });
    const names = (await lab.records("example.com")).map((record) => record.split(" ")[1]);
    expect(names).toContain("s2026._domainkey.example.com");
    expect(names).toContain(`${tokens![0]}._domainkey.example.com`);

    const second = await lab.ok("up", { refresh: true });
    expect(changesOf(second)).toEqual([
      "delete example.com/us-east-1/dkim-1",
      "delete example.com/us-east-1/dkim-2",
      "delete example.com/us-east-1/dkim-3",
      "update example.com/us-east-1/identity",
    ]);
    await lab.verified("example.com");
    expect(domainsOf(await lab.ok("up"))["example.com"]!.status).toBe("Verified");

    lab.file("example.com.yaml", EASY);
    const back = await lab.ok("up");
    expect(stepsOf(back)).toEqual([
      "create example.com/us-east-1/dkim-1",
      "create example.com/us-east-1/dkim-2",
      "create example.com/us-east-1/dkim-3",
      "delete example.com/s2026._domainkey.example.com/dkim",
      "update example.com/us-east-1/identity",
    ]);
    const easy = await dkimOf();
    expect(easy.origin).toBe("AWS_SES");
    await lab.verified("example.com");
    expect(stepsOf(await lab.ok("up"))).toEqual([]);
  });

  test.skipIf(skip)(
    "serves two Regions with one record, and gives way to a new key",
    { timeout: 120_000 },
    async () => {
      const regions = (selector: string, secret: string) =>
        `domain: example.com\ndkim: { bringYourOwn: { selector: ${selector}, privateKey: ${secret} } }\n` +
        "regions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }\n";
      lab.file("example.com.yaml", regions("s2026", "dkim-example.com"));
      await lab.ok("up");
      await lab.verified("example.com");
      await lab.verified("example.com", "eu-west-1");

      lab.secrets["mailstack:next"] = pemOf(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey);
      lab.file("example.com.yaml", regions("s2027", "next"));
      expect(stepsOf(await lab.ok("up"))).toEqual([
        "create example.com/s2027._domainkey.example.com/dkim",
        "delete example.com/s2026._domainkey.example.com/dkim",
        "update example.com/eu-west-1/identity",
        "update example.com/us-east-1/identity",
      ]);
      expect(await dkimOf()).toEqual({ origin: "EXTERNAL", tokens: ["s2027"] });
      await lab.verified("example.com", "eu-west-1");
    },
  );

  test.skipIf(skip)(
    "gives way to a new key, and stays published until its entry goes",
    { timeout: 120_000 },
    async () => {
      const next = generateKeyPairSync("rsa", { modulusLength: 1024 });
      lab.secrets["mailstack:next"] = pemOf(next.privateKey);
      const rotated = (key: string) =>
        "domain: example.com\ndkim:\n  bringYourOwn: { selector: s2027, privateKey: next }\n" +
        `  retired: [{ selector: s2026, until: 2026-12-31, publicKey: ${key} }]\n`;
      const keys = async () =>
        (await lab.records("example.com"))
          .flatMap((record) => /\S+(?=\._domainkey)/.exec(record) ?? [])
          .sort();
      lab.file("example.com.yaml", OWN);
      await lab.ok("up");
      await lab.verified("example.com");

      // Its private half may be gone by now.
      Reflect.deleteProperty(lab.secrets, "mailstack:dkim-example.com");
      const wrong = next.publicKey.export({ type: "spki", format: "der" }).toString("base64");
      lab.file("example.com.yaml", rotated(wrong));
      const refused = await lab.run("preview");
      expect(refused.ok).toBe(false);
      expect(refused.errors.join("\n")).toContain(`write \`publicKey: ${published}\``);

      lab.file("example.com.yaml", rotated(published));
      const up = await lab.ok("up");
      expect(stepsOf(up)).toEqual([
        "create example.com/s2027._domainkey.example.com/dkim",
        "update example.com/us-east-1/identity",
      ]);
      expect(await keys()).toEqual(["s2026", "s2027"]);
      expect(await dkimOf()).toEqual({ origin: "EXTERNAL", tokens: ["s2027"] });
      await lab.verified("example.com");
      const retiredOf = (result: RunResult) =>
        (domainsOf(result)["example.com"] as unknown as { retiredKeys?: { since: string }[] }).retiredKeys;
      const [since] = retiredOf(up)!;
      expect(since).toMatchObject({ selector: "s2026", until: "2026-12-31" });

      // The time at which it was retired stays, and nothing else happens.
      const again = await lab.ok("up");
      expect(stepsOf(again)).toEqual([]);
      expect(retiredOf(again)).toEqual([since]);
      expect(domainsOf(again)["example.com"]!.status).toBe("Verified");

      lab.file("example.com.yaml", OWN.replace("s2026", "s2027").replace("dkim-example.com", "next"));
      const last = await lab.ok("up");
      expect(stepsOf(last)).toEqual(["delete example.com/s2026._domainkey.example.com/dkim"]);
      expect(await keys()).toEqual(["s2027"]);
      expect(retiredOf(last)).toBeUndefined();
      expect(domainsOf(last)["example.com"]!.status).toBe("Verified");
    },
  );

  test.skipIf(skip)("is refused, in words that give nothing away", { timeout: 120_000 }, async () => {
    lab.file("example.com.yaml", OWN);
    const name = "mailstack:dkim-example.com";
    const refusal = async (): Promise<string> => {
      const { ok, errors } = await lab.run("preview");
      expect(ok).toBe(false);
      return errors.join("\n");
    };
    Reflect.deleteProperty(lab.secrets, name);
    expect(await refusal()).toMatch(
      /Nothing was changed\.\s+.*example\.com\.yaml:2:54 error the stack's configuration has no mailstack:dkim-example\.com\s+hint: set it with: pulumi config set --secret mailstack:dkim-example\.com < key\.pem/,
    );
    lab.config[name] = pem;
    const plain = await refusal();
    expect(plain).toContain(`${name} is not a secret`);
    Reflect.deleteProperty(lab.config, name);
    lab.secrets[name] = "correct horse battery staple";
    const noKey = await refusal();
    expect(noKey).toContain(`${name} is no private key in PEM or base64`);
    expect([plain, noKey].join().includes("horse") || traces.some((trace) => plain.includes(trace))).toBe(
      false,
    );
  });
});

/** Steps without those of the refresh, which the embedded engine names after what has changed. */
function changesOf(result: RunResult): string[] {
  return [...new Set(stepsOf(result).filter((step) => !step.startsWith("refresh ")))];
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
